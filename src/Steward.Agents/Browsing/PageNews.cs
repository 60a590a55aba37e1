using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Browsing;

/// <summary>What a browser reports of its one page, and what is to be done at once about it.</summary>
internal sealed class PageNews
{
    private readonly DevTools tools;
    private readonly string session;
    private readonly string frame;
    private readonly TaskCompletionSource crash = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? loaded;

    /// <param name="tools">Where they come from.</param>
    /// <param name="session">The page's session.</param>
    /// <param name="frame">Its main frame.</param>
    public PageNews(DevTools tools, string session, string frame)
    {
        (this.tools, this.session, this.frame) = (tools, session, frame);
        tools.Happened += Take;
    }

    /// <summary>Ends when the page's process has crashed.</summary>
    public Task Crash => crash.Task;

    /// <summary>The status of the last document's answer.</summary>
    public int? Status { get; private set; }

    /// <summary>The host that the last document was asked of, redirects followed.</summary>
    public string? LastHost { get; private set; }

    /// <summary>Whether the last document did not come, or only as an error.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>Whether it is on its way to another document.</summary>
    public bool IsLoading { get; private set; }

    /// <summary>Whether a document has loaded, with all that it names.</summary>
    public bool IsLoaded(string loader) => loaded == loader;

    /// <summary>Forgets what was, before the page is sent elsewhere.</summary>
    public void Forget(Uri url) => (Status, LastHost, IsFailed) = (null, url.IdnHost.ToLowerInvariant(), false);

    /// <summary>Waits until something holds; false when it does not in time.</summary>
    public async Task<bool> UntilAsync(Func<bool> holds, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            var next = Volatile.Read(ref change).Task;
            var left = patience - clock.GetElapsedTime(since);
            if (holds() || left <= TimeSpan.Zero)
            {
                return holds();
            }

            try
            {
                await (await Task.WhenAny(next, crash.Task, tools.Over).WaitAsync(left, clock, cancellationToken));
            }
            catch (TimeoutException)
            {
                return holds();
            }

            if (crash.Task.IsCompleted || tools.Over.IsCompleted)
            {
                throw new DevToolsException("The page's process crashed.", isGone: true);
            }
        }
    }

    private void Take(string method, JsonElement said, string? of)
    {
        if (of == session)
        {
            TakeOwn(method, said);
        }
        else if (method == "Target.targetCreated" && said.GetProperty("targetInfo") is var target && target.GetProperty("type").ValueEquals("page") && target.GetProperty("targetId").GetString() is { } id && id != frame)
        {
            // A window that the page has opened.
            tools.Tell("Target.closeTarget", new JsonObject { ["targetId"] = id }, null);
        }
        else
        {
            return;
        }

        Interlocked.Exchange(ref change, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private void TakeOwn(string method, JsonElement said)
    {
        switch (method)
        {
            case "Page.javascriptDialogOpening":
                tools.Tell("Page.handleJavaScriptDialog", new JsonObject { ["accept"] = said.TryGetProperty("type", out var type) && type.ValueEquals("beforeunload") }, session);
                break;
            case "Inspector.targetCrashed":
                crash.TrySetResult();
                break;
            case "Page.lifecycleEvent" when IsMain(said) && said.GetProperty("name").ValueEquals("load"):
                loaded = said.GetProperty("loaderId").GetString();
                break;
            case "Page.frameStartedLoading" when IsMain(said):
                IsLoading = true;
                break;
            case "Page.frameStoppedLoading" when IsMain(said):
                IsLoading = false;
                break;
            case "Network.requestWillBeSent" when IsDocument(said):
                (LastHost, Status, IsFailed) = (Uri.TryCreate(said.GetProperty("request").GetProperty("url").GetString(), UriKind.Absolute, out var url) ? url.IdnHost.ToLowerInvariant() : null, null, false);
                break;
            case "Network.responseReceived" when IsDocument(said):
                (Status, IsFailed) = (said.GetProperty("response").GetProperty("status").GetInt32(), said.GetProperty("response").GetProperty("status").GetInt32() >= 400);
                break;
            case "Network.loadingFailed" when said.TryGetProperty("type", out var kind) && kind.ValueEquals("Document"):
                IsFailed = true;
                break;
        }
    }

    private bool IsMain(JsonElement said) => said.TryGetProperty("frameId", out var id) && id.ValueEquals(frame);

    private bool IsDocument(JsonElement said) => IsMain(said) && said.TryGetProperty("type", out var type) && type.ValueEquals("Document");
}
