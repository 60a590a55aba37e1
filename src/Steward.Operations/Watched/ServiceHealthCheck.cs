using Steward.Connectors.Deployed;

namespace Steward.Operations.Watched;

/// <summary>Asks a service how it is, where the settings say how to.</summary>
internal static class ServiceHealthCheck
{
    /// <summary>Where a service is asked how it is: what the settings say, else the health path below the address that the provider knows; null when there is neither.</summary>
    public static Uri? Address(OperationsOptions options, string service, string? host) =>
        options.Services.GetValueOrDefault(service)?.HealthUrl ?? (host is { Length: > 0 } && Uri.TryCreate($"https://{host}{options.HealthPath}", UriKind.Absolute, out var address) ? address : null);

    /// <summary>True when the service answers well, or has no health address to ask.</summary>
    public static async Task<bool> IsWellAsync(this HealthProbe probe, OperationsOptions options, string service, CancellationToken cancellationToken) =>
        !options.Services.TryGetValue(service, out var said) || said.HealthUrl is not { } address
        || (await probe.CheckAsync(address, options.SourceTimeout, cancellationToken)).IsWell;
}
