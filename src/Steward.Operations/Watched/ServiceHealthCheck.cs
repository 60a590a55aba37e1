using Steward.Connectors.Deployed;

namespace Steward.Operations.Watched;

/// <summary>Asks a service how it is, where the settings say how to.</summary>
internal static class ServiceHealthCheck
{
    /// <summary>True when the service answers well, or has no health address to ask.</summary>
    public static async Task<bool> IsWellAsync(this HealthProbe probe, OperationsOptions options, string service, CancellationToken cancellationToken) =>
        !options.Services.TryGetValue(service, out var said) || said.HealthUrl is not { } address
        || (await probe.CheckAsync(address, options.SourceTimeout, cancellationToken)).IsWell;
}
