namespace Steward.Governance.Calls;

/// <summary>Who acts: a part of Steward (<c>operations</c>), an agent (<c>agent:tesla-watch</c>) or a person (<c>person:anna</c>).</summary>
/// <param name="Name">The name, at most 200 characters.</param>
public readonly record struct Actor(string Name)
{
    private const string PersonPrefix = "person:";

    /// <summary>An identified person.</summary>
    public static Actor Person(string name) => new(PersonPrefix + name);

    /// <summary>True for a person.</summary>
    public bool IsPerson => Name.StartsWith(PersonPrefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Name;
}
