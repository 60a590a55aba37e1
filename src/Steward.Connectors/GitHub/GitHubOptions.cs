using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Steward.Connectors.GitHub;

/// <summary>How GitHub is reached. Section <c>GitHub</c>. Without a token nothing is asked of it.</summary>
public sealed partial class GitHubOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "GitHub";

    /// <summary>GitHub's public REST API, from its documentation.</summary>
    public const string DefaultBaseUrl = "https://api.github.com";

    /// <summary>The root of the REST API; https, or http on this machine. GitHub Enterprise has one of its own.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>The repository in which issues are opened, as <c>owner/name</c>. Needed as soon as there is a token.</summary>
    public string Repository { get; set; } = "";

    /// <summary>The token; it needs to read and write issues. Empty when GitHub is not used.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>
    /// The secret that GitHub signs its events with, 24 characters or more: a short one can be found by whoever has seen a
    /// signed body. Empty: events are not taken.
    /// </summary>
    [RegularExpression("^$|^.{24,200}$", ErrorMessage = "GitHub:WebhookSecret must have 24 to 200 characters.")]
    public string WebhookSecret { get; set => field = value.Trim(); } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(BaseUrl))
        {
            yield return new($"GitHub:BaseUrl is '{BaseUrl}'; it must be an https address, or http on this machine.", [nameof(BaseUrl)]);
        }

        if (Token.Length > 0 && !OwnerAndName().IsMatch(Repository))
        {
            yield return new($"GitHub:Token is set and GitHub:Repository is '{Repository}'; it must be owner/name, such as acme/shop.", [nameof(Repository)]);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex OwnerAndName();
}
