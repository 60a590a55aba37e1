namespace Steward.Server.CommandLine;

/// <summary>What a command's exit code means. They are part of the interface: scripts rely on them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The answer is no, broken or failed.</summary>
    public const int Failed = 1;

    /// <summary>The command or the settings are wrong.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>There is no key, it is not good, or it may not do this.</summary>
    public const int NotAuthorised = 4;

    public const string Help = "Exit codes: 0 ok, 1 the answer is no or something is broken, 2 usage or settings, 3 server not reachable, 4 not authorised.";
}
