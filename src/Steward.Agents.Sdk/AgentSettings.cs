using System.Text.Json;

namespace Steward.Agents.Sdk;

/// <summary>The values of the declared settings. Steward has checked that they are there and of their type.</summary>
/// <param name="values">An object with a member for each.</param>
public sealed class AgentSettings(JsonElement values)
{
    /// <summary>A setting of type <c>text</c>.</summary>
    /// <exception cref="ArgumentException">It was not declared.</exception>
    public string Text(string name) => Of(name).GetString()!;

    /// <summary>A setting of type <c>number</c>.</summary>
    /// <exception cref="ArgumentException">It was not declared.</exception>
    public double Number(string name) => Of(name).GetDouble();

    /// <summary>A setting of type <c>flag</c>.</summary>
    /// <exception cref="ArgumentException">It was not declared.</exception>
    public bool Flag(string name) => Of(name).GetBoolean();

    /// <summary>A setting of type <c>url</c>: http or https.</summary>
    /// <exception cref="ArgumentException">It was not declared.</exception>
    public Uri Url(string name) => new(Of(name).GetString()!);

    /// <summary>A setting of type <c>list</c>, of texts.</summary>
    /// <exception cref="ArgumentException">It was not declared.</exception>
    public IReadOnlyList<string> List(string name) => [.. Of(name).EnumerateArray().Select(item => item.GetString()!)];

    private JsonElement Of(string name) =>
        values.TryGetProperty(name, out var value) ? value : throw new ArgumentException($"The declaration has no setting '{name}'.", nameof(name));
}
