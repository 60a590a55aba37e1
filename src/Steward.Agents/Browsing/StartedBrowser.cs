using System.Text;
using Steward.Connectors.Web;
using Steward.Sandboxing;

namespace Steward.Agents.Browsing;

/// <summary>A browser that runs: its box, the way to command it, and its way out.</summary>
internal sealed class StartedBrowser : IAsyncDisposable
{
    private const int MostSaid = 4000;

    // Between the end of the connection and the end of its box: a moment, unless the machine is very busy.
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(10);

    private readonly RunningBox box;
    private readonly DirectoryInfo folder;
    private readonly TimeProvider clock;
    private readonly Action left;
    private readonly Task<BoxEnd> ending;
    private readonly Task<string> saying;
    private int isLeft;

    public StartedBrowser(RunningBox box, HostProxy proxy, DirectoryInfo folder, TimeProvider clock, Action left)
    {
        (this.box, Proxy, this.folder, this.clock, this.left) = (box, proxy, folder, clock, left);
        Tools = new DevTools(box.Input, box.Output, clock);
        saying = ReadAsync(box.Errors);
        ending = box.WaitAsync(CancellationToken.None);
    }

    /// <summary>Its way out.</summary>
    public HostProxy Proxy { get; }

    /// <summary>The way to command it.</summary>
    public DevTools Tools { get; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => box.IsOver || Tools.Over.IsCompleted;

    /// <summary>
    /// Deletes the name of its way out, once it is up: what has it in its own file tree reaches it all the same, and a server
    /// that is killed leaves nothing behind.
    /// </summary>
    public void Hide()
    {
        if (Directory.Exists(folder.FullName))
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Ends it, and says why it ended if it had already: for people.</summary>
    /// <param name="isPage">Whether it is its page that has gone, and not the browser.</param>
    public async Task<string> EndAsync(bool isPage)
    {
        if (!isPage && Tools.Fault is null)
        {
            await Task.WhenAny(ending, Task.Delay(Parting, clock));
        }

        if (!box.IsOver)
        {
            box.Kill();
            return isPage ? "its page's process did" : $"it was ended because {Tools.Fault ?? "it answers nothing more"}";
        }

        var said = (await saying).Split('\n').LastOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal) || line.StartsWith("bwrap:", StringComparison.Ordinal));
        return $"{(await ending).Text}{(said is null ? "" : $" ({said.Trim()})")}";
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isLeft, 1) == 1)
        {
            return;
        }

        await box.DisposeAsync();
        await Tools.Over;
        await Proxy.DisposeAsync();
        Tools.Dispose();
        Hide();
        left();
    }

    // What it says last; the rest is of no use.
    private static async Task<string> ReadAsync(Stream errors)
    {
        var (said, buffer) = ("", new byte[4096]);
        try
        {
            for (int read; (read = await errors.ReadAsync(buffer)) > 0;)
            {
                said += Encoding.UTF8.GetString(buffer, 0, read);
                said = said.Length > MostSaid ? said[^MostSaid..] : said;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It is over.
        }

        return said;
    }
}
