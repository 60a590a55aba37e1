using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Steward.Connectors.Telegram;

/// <summary>How Telegram is reached, and who may decide there. Section <c>Telegram</c>. Without a token nothing is sent to it.</summary>
public sealed partial class TelegramOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telegram";

    /// <summary>Telegram's public Bot API, from its documentation.</summary>
    public const string DefaultBaseUrl = "https://api.telegram.org";

    // As for the holders of keys.
    private const int MaxName = 100;

    /// <summary>The root of the Bot API; https, or http on this machine.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>The bot's token, from @BotFather. Empty when Telegram is not used.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>The numeric id of the one chat that Steward writes to; groups have negative ones. Needed as soon as there is a token.</summary>
    public string ChatId { get; set => field = value.Trim(); } = "";

    /// <summary>Who may decide on approvals there: the numeric id of a Telegram user, and the name under which that person decides (<c>person:NAME</c>).</summary>
    public Dictionary<string, string> People { get; set; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(BaseUrl))
        {
            yield return new($"Telegram:BaseUrl is '{BaseUrl}'; it must be an https address, or http on this machine.", [nameof(BaseUrl)]);
        }

        if (Token.Length > 0 && !BotToken().IsMatch(Token))
        {
            // The value is not shown: half a token is a secret, too.
            yield return new("Telegram:Token is not a bot's token: digits, a colon, 30 or more letters. @BotFather shows it.", [nameof(Token)]);
        }

        if (Token.Length > 0 && !long.TryParse(ChatId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            yield return new($"Telegram:Token is set and Telegram:ChatId is '{ChatId}'; it must be the number of a chat, such as 123456789 or -1001234567890.", [nameof(ChatId)]);
        }

        foreach (var (user, name) in People)
        {
            if (!long.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                yield return new($"Telegram:People:{user} must be the numeric id of a user; @userinfobot tells yours.", [nameof(People)]);
            }

            if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl))
            {
                yield return new($"Telegram:People:{user} must be a name of at most {MaxName} characters.", [nameof(People)]);
            }
        }
    }

    [GeneratedRegex(@"^\d{3,20}:[A-Za-z0-9_-]{30,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BotToken();
}
