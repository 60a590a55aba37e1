using Steward.Agents.Tools;

namespace Steward.Agents.Browsing;

/// <summary>The browser of one run: started at its first use, fresh, and ended with the run. One thing is done at a time.</summary>
internal sealed class RunBrowser(Browsers browsers, Func<string, bool> mayReach, TimeSpan time, TimeProvider clock) : IAsyncDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private readonly CancellationTokenSource ending = new();
    private StartedBrowser? browser;
    private Page? page;

    /// <summary>Opens an address, in a browser that is started where none is.</summary>
    public Task<PageState> OpenAsync(Uri url, TimeSpan patience, CancellationToken cancellationToken) => UseAsync(async token =>
    {
        page ??= await StartAsync(token);
        return await page.OpenAsync(url, patience, token);
    }, cancellationToken);

    /// <summary>Does something with the page that is open.</summary>
    /// <exception cref="ToolFaultException">None is, or it failed.</exception>
    public Task<T> UseAsync<T>(Func<Page, CancellationToken, Task<T>> act, CancellationToken cancellationToken) =>
        UseAsync(token => act(page ?? throw new ToolFaultException("invalid", "No page is open: call browser_open first."), token), cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
        {
            return;
        }

        await ending.CancelAsync();
        await one.WaitAsync();
        await LeaveAsync();
    }

    private async Task<T> UseAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        await one.WaitAsync(token.Token);
        try
        {
            if (browser is { IsOver: true })
            {
                throw await GoneAsync();
            }

            return await act(token.Token);
        }
        catch (DevToolsException e) when (e.IsGone)
        {
            throw await GoneAsync();
        }
        catch (DevToolsException e)
        {
            throw new ToolFaultException("failed", $"The browser refused: {e.Message}");
        }
        catch (TimeoutException)
        {
            await LeaveAsync();
            throw new ToolFaultException("timeout", "The page answers nothing any more, as one does whose script never ends. Its browser was ended; the next browser_open starts a fresh one.");
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<Page> StartAsync(CancellationToken cancellationToken)
    {
        browser = await browsers.StartAsync(mayReach, time, cancellationToken);
        try
        {
            var made = await Page.MakeAsync(browser.Tools, browser.Proxy, mayReach, clock, cancellationToken);
            browser.Hide();
            return made;
        }
        catch (TimeoutException)
        {
            await LeaveAsync();
            throw new ToolFaultException("failed", "The browser did not start in time.");
        }
        catch (Exception e) when (e is not DevToolsException { IsGone: true })
        {
            await LeaveAsync();
            throw;
        }
    }

    private async Task<ToolFaultException> GoneAsync()
    {
        var why = browser is null ? "it is gone" : await browser.EndAsync(page is { HasCrashed: true });
        await LeaveAsync();
        return new ToolFaultException("failed", $"The browser is gone: {why}. What it knew is gone; the next browser_open starts a fresh one.");
    }

    private async Task LeaveAsync()
    {
        page = null;
        if (browser is { } left)
        {
            browser = null;
            await left.DisposeAsync();
        }
    }
}
