namespace Steward.Connectors;

/// <summary>What an address in the settings must be.</summary>
internal static class Addresses
{
    /// <summary>True for an absolute http or https address without a login in it.</summary>
    public static bool IsWeb(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    /// <summary>True where a token may be sent: https, or http that does not leave this machine.</summary>
    public static bool IsSafe(string address) => IsWeb(address) && new Uri(address) is var uri && (uri.Scheme == "https" || uri.IsLoopback);
}
