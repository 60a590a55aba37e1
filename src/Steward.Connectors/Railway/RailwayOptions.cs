using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Steward.Connectors.Railway;

/// <summary>How Railway is reached. Section <c>Railway</c>. Without a token nothing is asked of it.</summary>
public sealed partial class RailwayOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Railway";

    /// <summary>Railway's public GraphQL API, from its documentation.</summary>
    public const string DefaultEndpoint = "https://backboard.railway.com/graphql/v2";

    /// <summary>The GraphQL endpoint; https, or http on this machine.</summary>
    public string Endpoint { get; set; } = DefaultEndpoint;

    /// <summary>The token of the default environment; empty when Railway is not used.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>Whose token it is.</summary>
    public RailwayTokenKind TokenKind { get; set; } = RailwayTokenKind.Account;

    /// <summary>The project's id. Needed for variables and usage.</summary>
    public string ProjectId { get; set; } = "";

    /// <summary>The id of the default environment. Needed as soon as there is a token.</summary>
    public string EnvironmentId { get; set; } = "";

    /// <summary>What the default environment is called here; its services go by their bare names. 1 to 40 of a-z, 0-9 and '-'.</summary>
    public string EnvironmentName { get; set; } = "production";

    /// <summary>More environments by their names, 1 to 40 of a-z, 0-9 and '-'. A service there is called <c>service@name</c>.</summary>
    public Dictionary<string, RailwayEnvironmentOptions> Environments { get; set; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(Endpoint))
        {
            yield return new($"Railway:Endpoint is '{Endpoint}'; it must be an https address, or http on this machine.", [nameof(Endpoint)]);
        }

        if (Token.Length > 0 && EnvironmentId.Length == 0)
        {
            yield return new("Railway:Token is set and Railway:EnvironmentId is not. Set it to the id of the environment to watch; it is in the address of the environment's page.", [nameof(EnvironmentId)]);
        }

        if (!Name().IsMatch(EnvironmentName))
        {
            yield return new($"Railway:EnvironmentName is '{EnvironmentName}'; it must be 1 to 40 of a-z, 0-9 and '-'.", [nameof(EnvironmentName)]);
        }

        if (Environments.Count > 0 && Token.Length == 0)
        {
            yield return new("Railway:Environments names environments and Railway:Token is not set. Set up the default environment first.", [nameof(Token)]);
        }

        foreach (var fault in Environments.OrderBy(environment => environment.Key, StringComparer.Ordinal).SelectMany(environment => Faults(environment.Key, environment.Value)))
        {
            yield return fault;
        }
    }

    private IEnumerable<ValidationResult> Faults(string name, RailwayEnvironmentOptions said)
    {
        var member = $"{nameof(Environments)}:{name}";
        var key = $"{Section}:{member}";
        if (!Name().IsMatch(name))
        {
            yield return new($"{key}: the name must be 1 to 40 of a-z, 0-9 and '-'.", [member]);
        }

        if (name == EnvironmentName)
        {
            yield return new($"{key} has the name of the default environment (Railway:EnvironmentName). Rename one of them, or leave this one out.", [member]);
        }

        var others = Environments.Where(other => other.Key != name).Select(other => other.Value.EnvironmentId).Append(EnvironmentId);
        if (said.EnvironmentId.Length == 0)
        {
            yield return new($"{key}:EnvironmentId is not set. Set it to the id of that environment; it is in the address of the environment's page.", [$"{member}:{nameof(EnvironmentId)}"]);
        }
        else if (others.Contains(said.EnvironmentId))
        {
            yield return new($"{key}:EnvironmentId is the id of another environment here as well. Every environment is watched once: leave one of them out.", [$"{member}:{nameof(EnvironmentId)}"]);
        }

        if (said.Token.Length == 0 && (said.TokenKind ?? TokenKind) == RailwayTokenKind.Project)
        {
            yield return new($"{key}:Token is not set, and a project token belongs to one environment. Make a token for that environment, or use an account token.", [$"{member}:{nameof(Token)}"]);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,40}\z")]
    private static partial Regex Name();
}
