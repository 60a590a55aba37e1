namespace Steward.Server.Startup;

/// <summary>What a server is started with. Everything may be left out: then it is what <c>steward up</c> does.</summary>
public sealed record StewardStart
{
    /// <summary>The data directory; wins over the settings.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The addresses to listen on, separated by <c>;</c>; wins over the settings.</summary>
    public string? Urls { get; init; }

    /// <summary>The settings file; <c>steward.json</c> in the working directory, if there is one, when null.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The environment variables; those of the process when null.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Where the log goes; standard output when null.</summary>
    public Stream? Log { get; init; }

    /// <summary>Adds to, or replaces, what the rooms have introduced: for the demonstration and for tests.</summary>
    public Action<IServiceCollection>? Introduce { get; init; }
}
