using System.Text.Json.Nodes;
using Steward.Agents.Tools;

namespace Steward.Agents.Browsing;

/// <summary>What is done with a page that is open.</summary>
internal sealed partial class Page
{
    /// <summary>How many characters of a page are given at most.</summary>
    public const int MostText = 100_000;

    private const int TallestPicture = 10_000;
    private static readonly TimeSpan UntilItGoes = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan UntilItHasLoaded = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Clicks at what a selector names, and waits for where that leads.</summary>
    public async Task<PageState> ClickAsync(string selector, CancellationToken cancellationToken)
    {
        var point = await RunAsync(PageScripts.Point, cancellationToken, selector);
        foreach (var type in new[] { "mouseMoved", "mousePressed", "mouseReleased" })
        {
            await AskAsync("Input.dispatchMouseEvent", new JsonObject
            {
                ["type"] = type, ["x"] = point.GetProperty("x").GetDouble(), ["y"] = point.GetProperty("y").GetDouble(), ["button"] = type == "mouseMoved" ? "none" : "left", ["clickCount"] = type == "mouseMoved" ? 0 : 1,
            }, cancellationToken);
        }

        return await SettledAsync(cancellationToken);
    }

    /// <summary>Fills in a field: its value, an option of a list, or true and false.</summary>
    public async Task<PageState> FillAsync(string selector, string value, CancellationToken cancellationToken)
    {
        await RunAsync(PageScripts.Fill, cancellationToken, selector, value);
        return await SettledAsync(cancellationToken);
    }

    /// <summary>Waits until something can be seen, or the page has a text.</summary>
    /// <exception cref="ToolFaultException">It did not come in time.</exception>
    public async Task WaitAsync(string? selector, string? text, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (!(await RunAsync(PageScripts.Has, cancellationToken, selector, text)).GetProperty("has").GetBoolean())
        {
            if (clock.GetElapsedTime(since) >= patience)
            {
                throw new ToolFaultException("timeout", $"'{selector ?? text}' was not there after {patience.TotalSeconds:0} s.");
            }

            await Task.Delay(BetweenLooks, clock, cancellationToken);
        }
    }

    /// <summary>The text that can be seen, and whether there is more of it.</summary>
    public async Task<(string Text, bool IsCut)> TextAsync(string? selector, CancellationToken cancellationToken)
    {
        var read = await RunAsync(PageScripts.Text, cancellationToken, selector, MostText);
        return (read.GetProperty("text").GetString()!, read.GetProperty("isCut").GetBoolean());
    }

    /// <summary>What the page is to somebody who does not see it.</summary>
    public async Task<(string Text, bool IsCut)> OutlineAsync(CancellationToken cancellationToken) =>
        Outline.Of((await AskAsync("Accessibility.getFullAXTree", null, cancellationToken)).GetProperty("nodes"), MostText);

    /// <summary>A picture, as PNG.</summary>
    /// <param name="isWhole">All of the page and not only what is in view.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<byte[]> PictureAsync(bool isWhole, CancellationToken cancellationToken)
    {
        var wish = new JsonObject { ["format"] = "png" };
        if (isWhole)
        {
            var size = (await AskAsync("Page.getLayoutMetrics", null, cancellationToken)).GetProperty("cssContentSize");
            wish["captureBeyondViewport"] = true;
            wish["clip"] = new JsonObject { ["x"] = 0, ["y"] = 0, ["scale"] = 1, ["width"] = Length("width"), ["height"] = Length("height") };

            double Length(string name) => Math.Clamp(size.GetProperty(name).GetDouble(), 1, TallestPicture);
        }

        return (await AskAsync("Page.captureScreenshot", wish, cancellationToken)).GetProperty("data").GetBytesFromBase64();
    }

    // A click that leads elsewhere does so at once; a script that takes its time is waited for with browser_wait.
    private async Task<PageState> SettledAsync(CancellationToken cancellationToken)
    {
        if (await news.UntilAsync(() => news.IsLoading, UntilItGoes, clock, cancellationToken) && !await news.UntilAsync(() => !news.IsLoading, UntilItHasLoaded, clock, cancellationToken))
        {
            throw await StillLoadingAsync(UntilItHasLoaded, cancellationToken);
        }

        return await StateAsync(cancellationToken);
    }
}
