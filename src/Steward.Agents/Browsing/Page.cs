using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Tools;
using Steward.Connectors.Web;

namespace Steward.Agents.Browsing;

/// <summary>The one page of a browser. Its methods are called one after the other.</summary>
internal sealed partial class Page
{
    // What a page has to answer a question; a script that never ends lets it answer none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(3);

    // What it says of an error status that comes without a page.
    private const string NoBody = "net::ERR_HTTP_RESPONSE_CODE_FAILURE";

    private readonly DevTools tools;
    private readonly HostProxy proxy;
    private readonly Func<string, bool> mayReach;
    private readonly TimeProvider clock;
    private readonly PageNews news;
    private readonly string session;
    private readonly string frame;

    private Page(DevTools tools, HostProxy proxy, Func<string, bool> mayReach, TimeProvider clock, PageNews news, string session, string frame) =>
        (this.tools, this.proxy, this.mayReach, this.clock, this.news, this.session, this.frame) = (tools, proxy, mayReach, clock, news, session, frame);

    /// <summary>Whether its process has crashed.</summary>
    public bool HasCrashed => news.Crash.IsCompleted;

    /// <summary>Makes it.</summary>
    /// <param name="tools">The way to the browser.</param>
    /// <param name="proxy">The browser's way out, for what it has refused.</param>
    /// <param name="mayReach">Which hosts may be opened.</param>
    /// <param name="clock">For time limits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Page> MakeAsync(DevTools tools, HostProxy proxy, Func<string, bool> mayReach, TimeProvider clock, CancellationToken cancellationToken)
    {
        var made = await AskAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, null);
        var target = made.GetProperty("targetId").GetString()!;
        var session = (await AskAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }, null)).GetProperty("sessionId").GetString()!;
        // The frame of a page has its target's id.
        var news = new PageNews(tools, session, target);
        await AskAsync("Browser.setDownloadBehavior", new JsonObject { ["behavior"] = "deny" }, null);
        await AskAsync("Target.setDiscoverTargets", new JsonObject { ["discover"] = true }, null);
        await AskAsync("Page.enable", null, session);
        await AskAsync("Page.setLifecycleEventsEnabled", new JsonObject { ["enabled"] = true }, session);
        await AskAsync("Network.enable", new JsonObject { ["maxTotalBufferSize"] = 0, ["maxResourceBufferSize"] = 0 }, session);
        await AskAsync("Inspector.enable", null, session);
        await AskAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = 1280, ["height"] = 800, ["deviceScaleFactor"] = 1, ["mobile"] = false }, session);
        return new Page(tools, proxy, mayReach, clock, news, session, target);

        Task<JsonElement> AskAsync(string method, JsonObject? parameters, string? of) => tools.CallAsync(method, parameters, of, Patience, cancellationToken);
    }

    /// <summary>Goes to an address and waits until it has loaded.</summary>
    /// <exception cref="ToolFaultException">It is refused, cannot be reached or does not end loading.</exception>
    public async Task<PageState> OpenAsync(Uri url, TimeSpan patience, CancellationToken cancellationToken)
    {
        Allow(url);
        var since = clock.GetTimestamp();
        news.Forget(url);
        JsonElement begun;
        try
        {
            begun = await tools.CallAsync("Page.navigate", new JsonObject { ["url"] = url.AbsoluteUri }, session, patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw await StillLoadingAsync(patience, cancellationToken);
        }

        if (begun.TryGetProperty("errorText", out var error) && error.GetString() is { Length: > 0 } why)
        {
            ThrowIfRefused();
            if (why == NoBody && news.Status is not null)
            {
                return new PageState(url.AbsoluteUri, "", news.Status, Refused());
            }

            throw new ToolFaultException("unreachable", begun.TryGetProperty("isDownload", out var isDownload) && isDownload.ValueKind == JsonValueKind.True
                ? $"{url.Host} gives a file to be saved; downloads are refused." : $"{news.LastHost ?? url.Host} cannot be shown: {why}.");
        }

        // Without one it stays in the same document.
        if (begun.TryGetProperty("loaderId", out var loader) && !await news.UntilAsync(() => news.IsLoaded(loader.GetString()!), patience - clock.GetElapsedTime(since), clock, cancellationToken))
        {
            throw await StillLoadingAsync(patience, cancellationToken);
        }

        return await StateAsync(cancellationToken);
    }

    /// <summary>Where the page is now, and what was refused on the way.</summary>
    public async Task<PageState> StateAsync(CancellationToken cancellationToken)
    {
        ThrowIfRefused();
        var where = await RunAsync(PageScripts.Where, cancellationToken);
        var url = where.GetProperty("url").GetString()!;
        return new PageState(url, where.GetProperty("title").GetString()!, news.Status, Refused());
    }

    private List<RefusedAsk> Refused() => [.. proxy.Refused.OrderBy(one => one.Host, StringComparer.Ordinal).Select(one => new RefusedAsk(one.Host, one.Code, one.Times))];

    /// <summary>Runs one of <see cref="PageScripts"/>.</summary>
    private async Task<JsonElement> RunAsync(string script, CancellationToken cancellationToken, params JsonNode?[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var world = await AskAsync("Page.createIsolatedWorld", new JsonObject { ["frameId"] = frame, ["worldName"] = "steward" }, cancellationToken);
                var answer = await AskAsync("Runtime.callFunctionOn", new JsonObject
                {
                    ["functionDeclaration"] = script, ["executionContextId"] = world.GetProperty("executionContextId").GetInt32(), ["returnByValue"] = true, ["userGesture"] = true,
                    ["arguments"] = new JsonArray([.. arguments.Select(one => new JsonObject { ["value"] = one?.DeepClone() })]),
                }, cancellationToken);
                var value = answer.TryGetProperty("exceptionDetails", out _) ? default : answer.GetProperty("result").GetProperty("value");
                return value.ValueKind != JsonValueKind.Object ? throw new ToolFaultException("failed", "The page cannot be read.")
                    : value.TryGetProperty("code", out var code) ? throw new ToolFaultException(code.GetString()!, value.GetProperty("message").GetString()!)
                    : value;
            }
            catch (DevToolsException e) when (!e.IsGone && attempt < 5)
            {
                // It has gone to another document meanwhile.
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
            }
        }
    }

    private async Task<JsonElement> AskAsync(string method, JsonObject? parameters, CancellationToken cancellationToken)
    {
        var asked = tools.CallAsync(method, parameters, session, Patience, cancellationToken);
        await Task.WhenAny(asked, news.Crash);
        return news.Crash.IsCompleted ? throw new DevToolsException("The page's process crashed.", isGone: true) : await asked;
    }

    private void Allow(Uri url)
    {
        try
        {
            Dialer.Check(url, mayReach);
        }
        catch (WebFaultException e)
        {
            throw new ToolFaultException(e.Code, e.Message);
        }
    }

    // The page itself was led to where it may not; what it only wanted to load there is told in the answer.
    private void ThrowIfRefused()
    {
        if (proxy.IsSpent)
        {
            throw new ToolFaultException("too-large", $"The run's browser has used its {HostProxy.MostBytes >> 20} MB.");
        }

        if (news.IsFailed && proxy.Refused.FirstOrDefault(one => one.Host == news.LastHost) is { } refused)
        {
            throw new ToolFaultException(refused.Code, refused.Reason);
        }
    }

    // Where a script does not let it answer, that is told in its place, by TimeoutException.
    private async Task<ToolFaultException> StillLoadingAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await tools.CallAsync("Page.stopLoading", null, session, ShortPatience, cancellationToken);
        await tools.CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = "0" }, session, ShortPatience, cancellationToken);
        return new ToolFaultException("timeout", $"The page had not loaded after {patience.TotalSeconds:0} s and was stopped. What has come of it can be read.");
    }
}

/// <summary>Where a page is.</summary>
/// <param name="Url">Its address, after redirects.</param>
/// <param name="Title">Its title.</param>
/// <param name="Status">The status of the answer that it came with; null where there was none.</param>
/// <param name="Refused">The hosts that the run's browser was refused so far.</param>
internal sealed record PageState(string Url, string Title, int? Status, IReadOnlyList<RefusedAsk> Refused);

/// <summary>A host that was refused.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Code">Why: <c>not-declared</c> or <c>private-address</c>.</param>
/// <param name="Times">How often it was asked for.</param>
internal sealed record RefusedAsk(string Host, string Code, int Times);
