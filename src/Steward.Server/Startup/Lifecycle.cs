using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Server.Startup;

/// <summary>Says in the log that the server is up, with what and where, and that it stops.</summary>
internal sealed partial class Lifecycle(IHostApplicationLifetime lifetime, Database database, WorkRunner runner, ILogger<Lifecycle> log)
{
    /// <summary>Listens for the beginning and the end.</summary>
    public void Announce(StewardHost host)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            LogUp(log, StewardHost.Version, host.Address, database.Product, runner.Node);
            if (!host.Address.IsLoopback)
            {
                LogOpen(log, host.Address);
            }
        });
        lifetime.ApplicationStopping.Register(() => LogStopping(log));
    }

    [LoggerMessage(LogLevel.Information, "Steward {Version} is up at {Address} on {Store} as node {Node}")]
    private static partial void LogUp(ILogger log, string version, Uri address, string store, string node);

    [LoggerMessage(LogLevel.Warning, "{Address} can be reached from other machines over plain HTTP: keys travel readable unless a reverse proxy with TLS stands before it")]
    private static partial void LogOpen(ILogger log, Uri address);

    [LoggerMessage(LogLevel.Information, "Stopping: running work goes back to the ledger")]
    private static partial void LogStopping(ILogger log);
}
