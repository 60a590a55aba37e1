using Microsoft.Extensions.Hosting;

namespace Steward.Simulation.Traffic;

/// <summary>Leaves the process's signals to the process: a world ends when it is disposed and not before.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
