namespace Steward.Connectors.Railway;

/// <summary>One environment on Railway that Steward works with.</summary>
/// <param name="Name">What the settings call it: 1 to 40 of a-z, 0-9 and '-'.</param>
/// <param name="ProjectId">Railway's id of its project; empty when the settings do not say.</param>
/// <param name="Id">Railway's id of it; empty while Railway is not set up.</param>
public sealed record RailwayEnvironment(string Name, string ProjectId, string Id)
{
    /// <summary>Stands between a service and its environment in a key. Railway's ids hold none.</summary>
    internal const char Separator = '@';

    /// <summary>True for the environment whose services go by their bare names.</summary>
    public bool IsDefault { get; init; }

    /// <summary>
    /// What Steward calls a service of this environment, in policy, stops and commands: its bare id or name in the default
    /// environment, <c>web@staging</c> in others. Railway gives a service the same id in every environment of its project,
    /// so an id alone is not enough. A key of this environment is given back as it is.
    /// </summary>
    /// <param name="serviceIdOrName">Railway's id or name of the service, or its key.</param>
    public string KeyOf(string serviceIdOrName)
    {
        var suffix = Separator + Name;
        var bare = serviceIdOrName.EndsWith(suffix, StringComparison.Ordinal) ? serviceIdOrName[..^suffix.Length] : serviceIdOrName;
        // A name that holds the separator itself is told apart from a key by naming its environment as well.
        return IsDefault && !bare.Contains(Separator, StringComparison.Ordinal) ? bare : bare + suffix;
    }
}
