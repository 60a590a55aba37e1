using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>The agents that come along: each is made from its template, with its own tests, and does what it says.</summary>
public sealed class TemplateTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task Each_template_passes_its_own_tests_and_becomes_an_agent()
    {
        var names = (await at.Server.GetAsync("/api/agents/templates")).Json["items"]!.AsArray().Select(template => (string)template!["name"]!).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = $"made-{name}", ["template"] = name, ["settings"] = Settings(name) });

            Assert.True(made.Status == 201, $"{name}: {made.Body}");
            var version = (await at.Server.GetAsync($"/api/agents/made-{name}")).Json;
            Assert.True(version["disabled"] is null, version.ToJsonString());
        }
    }

    [Fact]
    public async Task A_number_that_rises_is_told()
    {
        at.Answer = (200, """{"quote":{"price":100}}""");
        var made = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = "tesla",
            ["template"] = "watch",
            ["settings"] = new JsonObject { ["url"] = at.Page.ToString(), ["what"] = "Tesla's share", ["path"] = "quote.price" },
        });
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal("Tesla's share: 100 (0 %)", (string?)(await at.RunAsync("tesla"))["text"]);

        at.Answer = (200, """{"quote":{"price":"106.5"}}""");
        Assert.Equal("Tesla's share: 106.5 (+6.5 %)", (string?)(await at.RunAsync("tesla"))["text"]);

        Assert.Contains((await at.Server.GetAsync("/api/agents/tesla/usage")).Json["items"]!.AsArray(), use => (string?)use!["tool"] == "notify" && (int)use["calls"]! == 1);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_told()
    {
        using var key = RSA.Create(2048);
        using var ended = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2021, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(ended)));
        await using var page = builder.Build();
        await page.StartAsync(AgentServer.Ending);
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "ended", ["template"] = "certificate", ["settings"] = new JsonObject { ["url"] = page.Urls.First() } });
        Assert.True(made.Status == 201, made.Body);

        Assert.Equal("The certificate of 127.0.0.1 ended on 2021-02-03 04:05 UTC.", (string?)(await at.RunAsync("ended"))["text"]);
        Assert.Equal("critical", (string?)Assert.Single(await at.ToldAsync("ended"))["severity"]);
    }

    [Fact]
    public async Task A_site_that_leads_elsewhere_is_no_outage_but_a_run_that_says_what_to_set()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var page = builder.Build();
        page.MapGet("/", () => Results.Redirect("https://www.example.org/"));
        await page.StartAsync(AgentServer.Ending);
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "moved", ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = page.Urls.First(), ["failures"] = 1 } });
        Assert.True(made.Status == 201, made.Body);

        var run = await at.RunAsync("moved");

        Assert.Equal("refused", (string?)run["state"]);
        Assert.StartsWith("The host www.example.org is not declared. Set 'url' to", (string?)run["text"], StringComparison.Ordinal);
        Assert.DoesNotContain(await at.ToldAsync("moved"), alert => (string?)alert["severity"] == "critical");
    }

    [Fact]
    public async Task The_summary_tells_what_others_came_to()
    {
        var name = await at.MakeAsync(AgentServer.Source("return AgentResult.Success(\"all quiet\");"));
        await at.RunAsync(name);
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "evening", ["template"] = "summary", ["settings"] = new JsonObject { ["agents"] = new JsonArray(name, "nobody") } });
        Assert.True(made.Status == 201, made.Body);

        Assert.Equal("1 ran well, 1 need a look", (string?)(await at.RunAsync("evening"))["text"]);
    }

    [Fact]
    public async Task An_agent_runs_when_its_owner_says_so_in_place_of_its_template()
    {
        at.Answer = (200, "fine");
        var made = await at.Server.PostAsync("/api/agents", Wish("every-second", new JsonObject { ["every"] = "00:00:01" }));
        Assert.True(made.Status == 201, made.Body);
        await Eventually.HoldsAsync(async () => (await at.Server.GetAsync("/api/agents/every-second/tasks?state=succeeded&trigger=schedule")).Json["items"]!.AsArray().Count >= 2, "it runs by itself", AgentServer.Ending);

        var changed = await at.Server.SendAsync(HttpMethod.Put, "/api/agents/every-second", new JsonObject { ["schedule"] = new JsonObject { ["cron"] = "0 0 1 1 *", ["zone"] = "Asia/Jerusalem" } });
        Assert.True(changed.Status == 200, changed.Body);
        var next = (await NextAsync("every-second")).UtcDateTime;
        Assert.Equal((12, 31, 22), (next.Month, next.Day, next.Hour));

        await at.Server.SendAsync(HttpMethod.Put, "/api/agents/every-second", new JsonObject { ["schedule"] = "declared" });
        Assert.True(await NextAsync("every-second") < TimeProvider.System.GetUtcNow().AddMinutes(6));
    }

    [Theory]
    [InlineData("""{ "cron": "99 * * * *" }""", "schedule.cron")]
    [InlineData("""{ "cron": "* * * * *", "zone": "Atlantis/City" }""", "schedule.zone")]
    [InlineData("""{ "every": "soon" }""", "schedule.every")]
    [InlineData("""{ "cron": "* * * * *", "every": "00:10:00" }""", "schedule")]
    [InlineData("""{ "when": "* * * * *" }""", "schedule.when")]
    [InlineData("true", "schedule")]
    public async Task A_schedule_that_is_none_makes_no_agent(string schedule, string field)
    {
        var refused = await at.Server.PostAsync("/api/agents", Wish("never", JsonNode.Parse(schedule)));

        Assert.Equal((400, field), (refused.Status, (string?)refused.Json["field"]));
        Assert.Equal(404, (await at.Server.GetAsync("/api/agents/never")).Status);
    }

    private JsonObject Wish(string name, JsonNode? schedule) => new()
    {
        ["name"] = name, ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = at.Page.ToString() }, ["schedule"] = schedule,
    };

    private async Task<DateTimeOffset> NextAsync(string name) => (await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]!.GetValue<DateTimeOffset>();

    private JsonObject Settings(string template) => template switch
    {
        "watch" => new() { ["url"] = at.Page.ToString(), ["path"] = "price" },
        "fresh" => new() { ["url"] = at.Page.ToString(), ["used"] = "disk.used" },
        "uptime" or "certificate" or "feed" => new() { ["url"] = at.Page.ToString() },
        "cost" => new() { ["budget"] = 50 },
        "summary" => new() { ["agents"] = new JsonArray("made-uptime", "made-feed") },
        _ => [],
    };
}
