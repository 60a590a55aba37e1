namespace Steward.Kernel;

/// <summary>What a key may do. The entry checks them; endpoints name the one that they need.</summary>
public static class Scopes
{
    /// <summary>See everything that is not secret.</summary>
    public const string Read = "read";

    /// <summary>Set things going or stop them: raise the kill switch, re-drive and drop work.</summary>
    public const string Operate = "operate";

    /// <summary>Decide for a person: approve and deny calls, lift the kill switch, grant elevations.</summary>
    public const string Approve = "approve";

    /// <summary>Make and revoke keys.</summary>
    public const string Admin = "admin";

    /// <summary>All of them, as the owner's key has them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Operate, Approve, Admin];
}
