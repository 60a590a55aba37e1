using static Steward.Server.Tests.Agents.BrowserServer;

namespace Steward.Server.Tests.Agents;

/// <summary>Where a browser may not go, by whatever way.</summary>
[Collection("Browser")]
public sealed class BrowserWallTests(BrowserServer at)
{
    [Fact]
    public async Task An_address_that_may_not_be_opened_is_refused()
    {
        (string Url, string Code)[] all =
        [
            ("http://example.org/", "not-declared"), ("https://127.0.0.2/", "not-declared"), ($"http://127.0.0.1:{at.Port}/breach", "private-address"), ($"http://127.0.0.1:{at.Server.Address.Port}/health", "private-address"),
            ("http://169.254.169.254/latest/meta-data/", "private-address"), ("https://169.254.169.254/", "private-address"), ($"http://{Environment.MachineName}:{at.Port}/breach", "private-address"),
            ("file:///etc/passwd", "invalid"), ("chrome://version/", "invalid"), ("data:text/html,x", "invalid"), ("view-source:http://localhost/", "invalid"), ("javascript:alert(1)", "invalid"), ("http://me@localhost/", "invalid"),
        ];
        var breaches = at.Breaches;
        var answers = await at.RunAsync([at.Open("made"), .. all.Select(one => Step("open", ("url", one.Url)))]);

        Assert.Equal(all.Select(one => $"{one.Url} {one.Code}"), all.Select((one, n) => $"{one.Url} {(string?)answers[n + 1]!["code"] ?? answers[n + 1]!.ToJsonString()}"));
        Assert.Equal(breaches, at.Breaches);
    }

    [Fact]
    public async Task A_redirect_to_where_it_may_not_is_refused()
    {
        var breaches = at.Breaches;
        var answers = await at.RunAsync(
            at.Open($"away?to=http://127.0.0.2:{at.Port}/breach"), at.Open($"away?to=https://127.0.0.3:{at.Port}/breach"), at.Open("away?to=http://169.254.169.254/"), at.Open("away?to=file:///etc/passwd"), Step("text"), at.Open("away?to=/made"));

        Assert.Equal(["not-declared", "not-declared", "private-address", "unreachable"], answers.Take(4).Select(answer => (string?)answer!["code"]));
        Assert.DoesNotContain("root:", answers[4]!.ToJsonString(), StringComparison.Ordinal);
        Assert.EndsWith("/made", (string?)answers[5]!["url"], StringComparison.Ordinal);
        Assert.Equal(breaches, at.Breaches);
    }

    [Fact]
    public async Task What_a_page_loads_and_its_scripts_open_is_held_by_the_same_rule_and_named()
    {
        var breaches = at.Breaches;
        var answers = await at.RunAsync(at.Open("reach"), Step("wait", ("text", "settled"), ("seconds", 20)), Step("text"), at.Open("made"));

        Assert.EndsWith("settled closed", (string?)answers[2]!["text"], StringComparison.Ordinal);
        var refused = answers[3]!["refused"]!.AsArray().ToDictionary(one => (string)one!["host"]!, one => (string?)one!["code"]);
        Assert.Equal("not-declared", refused["127.0.0.2"]);
        Assert.Equal("not-declared", refused["127.0.0.3"]);
        Assert.Equal("not-declared", refused["127.0.0.4"]);
        Assert.Equal("not-declared", refused["127.0.0.5"]);
        Assert.Equal("private-address", refused["127.0.0.1"]);
        Assert.Equal("private-address", refused["169.254.169.254"]);
        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "169.254.169.254"], refused.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(breaches, at.Breaches);
    }
}
