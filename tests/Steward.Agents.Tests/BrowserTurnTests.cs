using Microsoft.Extensions.Options;
using Steward.Agents.Browsing;
using Steward.Agents.Tools;
using Steward.Connectors.Web;
using Steward.Sandboxing;
using Steward.Testing;

namespace Steward.Agents.Tests;

public sealed class BrowserTurnTests
{
    [Fact]
    public async Task Who_finds_all_browsers_in_use_waits_half_a_minute_and_is_told()
    {
        var clock = new FakeClock();
        using var sandbox = new Sandbox(Options.Create(new SandboxOptions()), clock);
        // None is ever given back.
        using var browsers = new Browsers(sandbox, new Dialer(Options.Create(new WebOptions())), Options.Create(new AgentsOptions { Browsers = 0 }), clock);
        var asked = browsers.StartAsync(_ => true, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asked.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        var told = await Assert.ThrowsAsync<ToolFaultException>(() => asked);
        Assert.Equal("too-many", told.Code);
        Assert.Contains("Agents:Browsers", told.Message, StringComparison.Ordinal);
    }
}
