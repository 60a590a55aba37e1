using System.Text;
using System.Text.Json.Nodes;
using Steward.Simulation;

namespace Steward.Server.Tests.N8n;

public sealed class N8nCheckTests : N8nServer
{
    protected override void Configure(IDictionary<string, string> environment)
    {
        base.Configure(environment);
        environment["STEWARD_N8n__AlertWebhook"] = new Uri(World.N8nUrl, "webhook/steward-alerts").ToString();
    }

    [Fact]
    public async Task All_is_well_where_the_key_may_do_what_is_needed_and_the_alerts_are_heard()
    {
        World.N8n.Register("steward-alerts");

        var report = (await Server.GetAsync($"{Api}/check")).Json;

        Assert.True((bool)report["isWell"]!, report.ToJsonString());
        Assert.Equal(("2.41.1", true, true, true), ((string?)report["version"], (bool)report["reachable"]!, (bool)report["keyAccepted"]!, (bool)report["alertWebhookLive"]!));
        Assert.InRange((double)report["clockAheadSeconds"]!, -30, 30);
        Assert.Contains(report["scopes"]!.AsArray(), scope => (string?)scope!["name"] == "execution:delete" && scope["purpose"] is null);
        Assert.Empty(World.Mutations);
        Assert.Empty(World.N8n.Deliveries);
    }

    [Fact]
    public async Task Missing_scopes_and_a_silent_alert_webhook_are_named_with_what_they_are_for()
    {
        World.N8n.KeyScopes = new HashSet<string> { "workflow:list", "workflow:read", "execution:list", "execution:read", "user:create" };

        var report = (await Server.GetAsync($"{Api}/check")).Json;

        Assert.False((bool)report["isWell"]!);
        var problems = report["problems"]!.AsArray().Select(problem => (string)problem!).ToList();
        Assert.Contains(problems, problem => problem.Contains("it lacks workflow:create, workflow:update, workflow:activate, workflow:deactivate, workflow:delete, execution:retry, execution:stop", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("No workflow listens at N8n:AlertWebhook", StringComparison.Ordinal));
        Assert.Contains(report["scopes"]!.AsArray(), scope => (string?)scope!["name"] == "user:create" && scope["purpose"] is null);
        var (exitCode, output, _) = await Cli.RunAsync(Server, "n8n", "check");
        Assert.Equal(1, exitCode);
        Assert.Contains("! The key may not", output, StringComparison.Ordinal);
    }

    public sealed class WrongKey : N8nServer
    {
        // As n8n makes them: a JSON web token, here of yesterday.
        private static readonly string Old =
            $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"aud":"public-api","exp":{{TimeProvider.System.GetUtcNow().AddDays(-1).ToUnixTimeSeconds()}}}""")).TrimEnd('=')}.x";

        protected override void Configure(IDictionary<string, string> environment)
        {
            base.Configure(environment);
            environment["STEWARD_N8n__ApiKey"] = Old;
        }

        [Fact]
        public async Task A_key_that_is_not_good_is_told_with_its_end()
        {
            var report = (await Server.GetAsync($"{Api}/check")).Json;

            Assert.Equal((true, false), ((bool)report["reachable"]!, (bool)report["keyAccepted"]!));
            var problems = report["problems"]!.AsArray().Select(problem => (string)problem!).ToList();
            Assert.Contains(problems, problem => problem.Contains("does not accept N8n:ApiKey", StringComparison.Ordinal));
            Assert.Contains(problems, problem => problem.StartsWith("The key ended at", StringComparison.Ordinal));
            Assert.All(report["scopes"]!.AsArray(), scope => Assert.Null(scope!["granted"]));
            Assert.DoesNotContain(Old, report.ToJsonString(), StringComparison.Ordinal);
        }
    }

    public sealed class NotSetUp : N8nServer
    {
        protected override void Configure(IDictionary<string, string> environment)
        {
        }

        [Fact]
        public async Task Everything_says_what_is_missing()
        {
            var report = (await Server.GetAsync($"{Api}/check")).Json;

            Assert.False((bool)report["isWell"]!);
            Assert.Contains("N8n:BaseUrl is not set", (string?)report["problems"]![0], StringComparison.Ordinal);
            (await Server.GetAsync($"{Api}/workflows")).IsProblem(409, "n8n-not-set-up");
            (await Server.GetAsync($"{Api}/workflows/abc")).IsProblem(409, "n8n-not-set-up");
            (await Server.GetAsync($"{Api}/executions")).IsProblem(409, "n8n-not-set-up");
            (await Server.PostAsync($"{Api}/import", new JsonObject { ["workflows"] = new JsonArray(Workflow("a")) })).IsProblem(409, "n8n-not-set-up");
        }
    }

    public sealed class SomethingElse : N8nServer
    {
        protected override void Configure(IDictionary<string, string> environment)
        {
            base.Configure(environment);
            environment["STEWARD_N8n__BaseUrl"] = new Uri(World.N8nUrl, "api/v1").ToString();
        }

        [Fact]
        public async Task An_address_that_is_not_n8ns_root_is_noticed() =>
            Assert.Contains("without /api/v1", (string?)(await Server.GetAsync($"{Api}/check")).Json["problems"]![0], StringComparison.Ordinal);
    }
}
