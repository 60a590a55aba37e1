using System.Text.Json;

namespace Steward.Connectors.Railway;

/// <summary>The envelope of a GraphQL answer.</summary>
/// <param name="Data">What was asked for; null or missing when there is nothing.</param>
/// <param name="Errors">What went wrong; may stand beside data.</param>
internal sealed record GraphQlAnswer(JsonElement Data = default, IReadOnlyList<GraphQlError>? Errors = null)
{
    public bool HasData => Data.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
}

/// <summary>One error of a GraphQL answer.</summary>
internal sealed record GraphQlError(string? Message = null, GraphQlErrorExtensions? Extensions = null)
{
    public string Text => Message ?? "no message";
}

/// <summary>What servers add to an error; the code is a convention of Apollo's server.</summary>
internal sealed record GraphQlErrorExtensions(string? Code = null);
