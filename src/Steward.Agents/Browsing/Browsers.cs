using Microsoft.Extensions.Options;
using Steward.Agents.Tools;
using Steward.Connectors.Web;
using Steward.Sandboxing;

namespace Steward.Agents.Browsing;

/// <summary>Starts browsers, a few at once on this node.</summary>
internal sealed class Browsers(Sandbox sandbox, Dialer dialer, IOptions<AgentsOptions> options, TimeProvider clock) : IDisposable
{
    private const string Folder = "steward-browser-";
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ForATurn = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim free = new(options.Value.Browsers);

    /// <summary>The browser of one run, which is started when it is first used.</summary>
    public RunBrowser For(Func<string, bool> mayReach, TimeSpan time) => new(this, mayReach, time, clock);

    /// <summary>Starts one, when its turn comes.</summary>
    /// <exception cref="ToolFaultException">There is none here, or too many are in use.</exception>
    public async Task<StartedBrowser> StartAsync(Func<string, bool> mayReach, TimeSpan time, CancellationToken cancellationToken)
    {
        var program = Chromium.Find(options.Value) ?? throw new ToolFaultException("not-set-up", $"There is no Chromium on this machine. {Chromium.Remedy}");
        await TakeTurnAsync(cancellationToken);
        DirectoryInfo? folder = null;
        HostProxy? proxy = null;
        try
        {
            // In most data folders its name would be too long for the path of a socket.
            ForgetLost();
            folder = Directory.CreateTempSubdirectory(Folder);
            var socket = Path.Combine(folder.FullName, "way-out");
            proxy = new HostProxy(socket, dialer, mayReach, clock);
            // The box's user is another one; into the folder comes nobody but the server.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);
            }

            var started = await sandbox.StartAsync(Chromium.Box(program, socket, time));
            return new StartedBrowser(started.IsRefused ? throw new ToolFaultException("not-set-up", started.Refusal.Message) : started.Value, proxy, folder, clock, () => free.Release());
        }
        catch
        {
            await (proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
            folder?.Delete(recursive: true);
            free.Release();
            throw;
        }
    }

    public void Dispose() => free.Dispose();

    // A server that is killed while a browser starts leaves its folder behind. None is there for longer than a start takes.
    private void ForgetLost()
    {
        foreach (var lost in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories($"{Folder}*").Where(one => clock.GetUtcNow() - one.LastWriteTimeUtc > Lost))
        {
            try
            {
                lost.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another server's, which has another user.
            }
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, ForATurn, Timeout.InfiniteTimeSpan);
        try
        {
            await free.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolFaultException("too-many", $"Other runs have used all browsers of this node ({options.Value.Browsers}) for {ForATurn.TotalSeconds:0} s. Try again later, or raise Agents:Browsers.");
        }
    }
}
