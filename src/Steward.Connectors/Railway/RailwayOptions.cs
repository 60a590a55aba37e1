using System.ComponentModel.DataAnnotations;

namespace Steward.Connectors.Railway;

/// <summary>How Railway is reached. Section <c>Railway</c>. Without a token nothing is asked of it.</summary>
public sealed class RailwayOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Railway";

    /// <summary>Railway's public GraphQL API, from its documentation.</summary>
    public const string DefaultEndpoint = "https://backboard.railway.com/graphql/v2";

    /// <summary>The GraphQL endpoint; https, or http on this machine.</summary>
    public string Endpoint { get; set; } = DefaultEndpoint;

    /// <summary>The token; empty when Railway is not used.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>Whose token it is.</summary>
    public RailwayTokenKind TokenKind { get; set; } = RailwayTokenKind.Account;

    /// <summary>The project's id. Needed for variables and usage.</summary>
    public string ProjectId { get; set; } = "";

    /// <summary>The id of the environment that is watched. Needed as soon as there is a token.</summary>
    public string EnvironmentId { get; set; } = "";

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
    }
}
