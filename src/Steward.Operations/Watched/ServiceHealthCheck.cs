namespace Steward.Operations.Watched;

/// <summary>Where services say how they are.</summary>
internal static class ServiceHealthCheck
{
    /// <summary>Where a service is asked how it is: what the settings say, else the health path below the address that the provider knows; null when there is neither.</summary>
    public static Uri? Address(OperationsOptions options, string service, string? host) =>
        Set(options, service) ?? (host is { Length: > 0 } && Uri.TryCreate($"https://{host}{options.HealthPath}", UriKind.Absolute, out var address) ? address : null);

    /// <summary>True when the settings say where.</summary>
    public static bool IsSet(OperationsOptions options, string service) => Set(options, service) is not null;

    private static Uri? Set(OperationsOptions options, string service) => options.Services.GetValueOrDefault(service)?.HealthUrl;
}
