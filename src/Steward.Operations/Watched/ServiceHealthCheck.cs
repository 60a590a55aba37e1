namespace Steward.Operations.Watched;

/// <summary>Where services say how they are.</summary>
internal static class ServiceHealthCheck
{
    /// <summary>Where a service is asked how it is: what the settings say, else the health path below the address that the provider knows; null when there is neither.</summary>
    public static Uri? Address(OperationsOptions options, string service, string? host) =>
        options.Services.GetValueOrDefault(service)?.HealthUrl ?? (host is { Length: > 0 } && Uri.TryCreate($"https://{host}{options.HealthPath}", UriKind.Absolute, out var address) ? address : null);
}
