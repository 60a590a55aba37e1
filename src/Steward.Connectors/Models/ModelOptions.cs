using System.ComponentModel.DataAnnotations;

namespace Steward.Connectors.Models;

/// <summary>
/// How a language model is reached that speaks Anthropic's Messages API. Section <c>Models</c>. Without a key nothing is
/// asked of it and nothing leaves.
/// </summary>
public sealed class ModelOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Models";

    /// <summary>Anthropic's public API, from its documentation.</summary>
    public const string DefaultBaseUrl = "https://api.anthropic.com";

    /// <summary>The root of the API; https, or http on this machine.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>The key; empty when no model is used.</summary>
    public string ApiKey { get; set => field = value.Trim(); } = "";

    /// <summary>Which model, as the API names it. Needed as soon as there is a key.</summary>
    public string Model { get; set => field = value.Trim(); } = "";

    /// <summary>How long an answer may be, in tokens, 50 to 4000. What an answer costs grows with it.</summary>
    [Range(50, 4000)]
    public int MaxTokens { get; set; } = 400;

    /// <summary>How long an answer is waited for, 1 to 60 s; whoever asked goes on without one then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What a million tokens that are read cost, in dollars, 0 to 1000, by its provider's price list. With both at 0 nobody reckons what an answer cost.</summary>
    [Range(0.0, 1000.0)]
    public double DollarsPerMillionIn { get; set; }

    /// <summary>What a million tokens that are written cost, in dollars, 0 to 1000.</summary>
    [Range(0.0, 1000.0)]
    public double DollarsPerMillionOut { get; set; }

    /// <summary>How many questions may be asked in any 24 hours, over all nodes, 0 to 100 000. The bound of what it costs.</summary>
    [Range(0, 100_000)]
    public int CallsPerDay { get; set; } = 50;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(BaseUrl))
        {
            yield return new($"Models:BaseUrl is '{BaseUrl}'; it must be an https address, or http on this machine.", [nameof(BaseUrl)]);
        }

        if (ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            yield return new("Models:ApiKey must be printable ASCII without spaces, as it was given out.", [nameof(ApiKey)]);
        }

        if (ApiKey.Length > 0 && (Model.Length is 0 or > 200 || Model.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            yield return new("Models:ApiKey is set, so Models:Model must be the model's name as the API knows it, without spaces.", [nameof(Model)]);
        }
    }
}
