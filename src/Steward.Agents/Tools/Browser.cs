using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Browsing;
using Steward.Connectors.Web;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Agents.Tools;

/// <summary>What an agent may do in its run's browser; each is a tool.</summary>
internal sealed class BrowserTool : ITool
{
    private const int LongestSelector = 1000;
    private const int LongestValue = 100_000;

    private readonly Func<RunBrowser, ToolCall, CancellationToken, Task<JsonNode>> act;

    private BrowserTool(string name, string about, Func<RunBrowser, ToolCall, CancellationToken, Task<JsonNode>> act) => (Name, About, this.act) = (name, about, act);

    public string Name { get; }

    public string Grant => "browser";

    public string About { get; }

    /// <summary>All of them.</summary>
    public static IEnumerable<ITool> All(AgentFolders folders, WebCalls calls, DirectCall direct) =>
    [
        new BrowserTool("browser_open", "Opens an address and waits until it has loaded: { url, seconds } gives { url, title, status, refused }.", async (browser, call, token) =>
            Node(await browser.OpenAsync(HttpGet.Url(call), Seconds(call, 30), token))),
        new BrowserTool("browser_click", "Clicks at what a selector names: { selector } gives { url, title, status, refused }. The policy decides.", (browser, call, token) =>
            ActAsync(browser, call, direct, (page, url) => calls.Click(url, Selector(call)), (page, acting) => page.ClickAsync(Selector(call), acting), token)),
        new BrowserTool("browser_fill", "Fills in a field: { selector, value } gives what browser_click gives. The policy decides.", (browser, call, token) =>
            ActAsync(browser, call, direct, (page, url) => calls.Fill(url, Selector(call), call.Text("value", LongestValue)), (page, acting) => page.FillAsync(Selector(call), call.Text("value", LongestValue), acting), token)),
        new BrowserTool("browser_wait", "Waits until a selector names something that can be seen, or the page has a text: { selector, text, seconds }.", WaitAsync),
        new BrowserTool("browser_text", "The text that can be seen, of the page or of what a selector names: { selector } gives { text, isCut }.", async (browser, call, token) =>
            Node(await browser.UseAsync((page, reading) => page.TextAsync(call.TextOrNull("selector", LongestSelector), reading), token))),
        new BrowserTool("browser_snapshot", "The page as a tree of roles, names and values, a line each: {} gives { text, isCut }.", async (browser, _, token) =>
            Node(await browser.UseAsync((page, reading) => page.OutlineAsync(reading), token))),
        new BrowserTool("browser_screenshot", "A picture of the page into the agent's folder, as PNG: { path, whole } gives { path, size }.", (browser, call, token) => PictureAsync(browser, call, folders, token)),
    ];

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken) => act(call.Caller.Browser ?? throw new InvalidOperationException("The run has no browser."), call, cancellationToken);

    private static async Task<JsonNode> WaitAsync(RunBrowser browser, ToolCall call, CancellationToken cancellationToken)
    {
        var (selector, text) = (call.TextOrNull("selector", LongestSelector), call.TextOrNull("text"));
        if (selector is null && text is null)
        {
            throw new ToolFaultException("invalid", "Say what to wait for: 'selector', 'text' or both.");
        }

        await browser.UseAsync(async (page, waiting) =>
        {
            await page.WaitAsync(selector, text, Seconds(call, 10), waiting);
            return true;
        }, cancellationToken);
        return new JsonObject();
    }

    // What a page does with a click is not known before: it may send something.
    private static async Task<JsonNode> ActAsync(
        RunBrowser browser, ToolCall call, DirectCall direct, Func<Page, Uri, Call> exact, Func<Page, CancellationToken, Task<PageState>> act, CancellationToken cancellationToken)
    {
        var state = await browser.UseAsync(async (page, acting) =>
        {
            var where = new Uri((await page.StateAsync(acting)).Url);
            var actual = exact(page, where);
            // A click may be for good; what was filled in went with its page when the server died.
            var occasion = actual.Action == WebCalls.FillAction ? call.Caller.Occasions.OfAttempt(actual) : call.Caller.Occasions.Of(actual);
            (PageState? State, Exception? Fault) done = default;
            var outcome = await direct.RunAsync(call.Caller.Agent.Actor, actual, $"The agent {call.Caller.Agent.Name} does it.", call.Caller.CorrelationId,
                async (permit, sending) =>
                {
                    done = await permit.RunAsync(actual, token => TryAsync(() => act(page, token)), one => one.State is { } now ? $"The page is at {now.Url}." : $"It did not come to its end: {one.Fault!.Message}", sending);
                    return null;
                },
                (_, _) => Task.FromResult<bool?>(null), acting, occasion);
            if (outcome is DirectOutcome.Done)
            {
                call.Caller.Occasions.Done(actual);
            }

            if (done.Fault is { } fault)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
            }

            return done.State ?? throw ToolFaultException.Of(outcome);
        }, cancellationToken);
        return Node(state);
    }

    // A page that breaks under a click was clicked at: the call is over, and the next one like it is another.
    private static async Task<(PageState? State, Exception? Fault)> TryAsync(Func<Task<PageState>> act)
    {
        try
        {
            return (await act(), null);
        }
        catch (Exception e) when (e is ToolFaultException or DevToolsException or TimeoutException or OperationCanceledException)
        {
            return (null, e);
        }
    }

    private static async Task<JsonNode> PictureAsync(RunBrowser browser, ToolCall call, AgentFolders folders, CancellationToken cancellationToken)
    {
        var path = call.Text("path");
        FileTool.Declared(call);
        var picture = await browser.UseAsync((page, taking) => page.PictureAsync(call.Flag("whole"), taking), cancellationToken);
        lock (folders.Writing(call.Caller.Agent.Id))
        {
            FileTool.Put(folders.Of(call.Caller.Agent.Id), path, picture);
        }

        return new JsonObject { ["path"] = path, ["size"] = picture.Length };
    }

    private static string Selector(ToolCall call) => call.Text("selector", LongestSelector);

    private static TimeSpan Seconds(ToolCall call, int preset) => TimeSpan.FromSeconds(call.Count("seconds", preset, 1, 120));

    private static JsonNode Node(PageState state) => JsonSerializer.SerializeToNode(state, Json.Options)!;

    private static JsonObject Node((string Text, bool IsCut) read) => new() { ["text"] = read.Text, ["isCut"] = read.IsCut };
}
