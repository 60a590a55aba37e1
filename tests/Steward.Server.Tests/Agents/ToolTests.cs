using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents may do by their tools, and what not.</summary>
public sealed class ToolTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Http = """, "tools": { "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254"] } }, "limits": { "retries": 0 }""";

    [Theory]
    [InlineData("http://example.org/", "not-declared")]
    [InlineData("http://localhost:1/", "private-address")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "private-address")]
    [InlineData("http://[::ffff:169.254.169.254]/", "not-declared")]
    [InlineData("http://2130706433/", "unreachable")]
    [InlineData("file:///etc/passwd", "invalid")]
    [InlineData("http://user@127.0.0.1/", "invalid")]
    public async Task An_address_that_it_may_not_ask_is_refused(string url, string code)
    {
        var asked = at.Asked;
        var run = await TryAsync($"await context.Http.GetAsync(new Uri(\"{url}\"), cancellationToken);", Http);

        Assert.StartsWith($"{code}:", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(asked, at.Asked);
    }

    [Fact]
    public async Task Files_outside_of_the_paths_that_it_declared_are_refused()
    {
        const string Declared = """, "tools": { "files": { "paths": ["logs", "out/today.txt"] } }, "limits": { "retries": 0 }""";
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var (files, said) = (context.Files, new List<string>());
            foreach (var act in new System.Func<Task>[]
            {
                () => files.WriteAsync("logs/a/b.txt", "x", cancellationToken), () => files.AppendAsync("out/today.txt", "x", cancellationToken), () => files.ListAsync("logs", cancellationToken), () => files.ReadAsync("logs/a/b.txt", cancellationToken),
                () => files.ListAsync("", cancellationToken), () => files.WriteAsync("logs2", "x", cancellationToken), () => files.ReadAsync("out/other.txt", cancellationToken), () => files.DeleteAsync("out", cancellationToken), () => files.WriteAsync("logs/../x", "x", cancellationToken),
            })
            {
                try { await act(); said.Add("done"); } catch (ToolException e) { said.Add(e.Code); }
            }
            return AgentResult.Success(string.Join(", ", said));
            """, Declared));

        Assert.Equal("done, done, done, done, not-declared, not-declared, not-declared, not-declared, refused", (string?)(await at.RunAsync(name))["text"]);
        Assert.Contains("logs, out/today.txt", (await Cli.RunAsync(at.Server, "agents", "show", name)).Output, StringComparison.Ordinal);

        var all = AgentServer.Source("return AgentResult.Success(\"\");", """, "tools": { "files": {} }""");
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = all })).Status);
        var changes = (await at.Server.GetAsync($"/api/agents/{name}/diff")).Json["changes"]!.AsArray().Select(change => $"{change!["kind"]} {change["about"]}: {change["text"]}").ToList();
        Assert.Contains("gained path: may use all of its folder", changes);
        Assert.DoesNotContain(changes, change => change.StartsWith("lost", StringComparison.Ordinal));
        var back = (await at.Server.GetAsync($"/api/agents/{name}/diff?from=2&to=1")).Json["changes"]!.AsArray().Select(change => $"{change!["kind"]} {change["about"]}: {change["text"]}");
        Assert.Contains("lost path: may no longer use all of its folder, only 'logs', 'out/today.txt'", back);
    }

    [Fact]
    public async Task What_it_appends_at_once_is_all_there_up_to_what_a_file_may_have()
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source(
            """
            var line = new string('x', 55_000);
            await context.Files.WriteAsync("all.txt", new string('x', (10 << 20) - 20 * line.Length), cancellationToken);
            async Task<int> Append() { try { await context.Files.AppendAsync("all.txt", line, cancellationToken); return 1; } catch (ToolException e) when (e.Code == "too-large") { return 0; } }
            var kept = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Append()))).Sum();
            return AgentResult.Success($"{kept} {(await context.Files.InfoAsync("all.txt", cancellationToken)).Size}");
            """, """, "tools": { "files": {} }, "limits": { "retries": 0 }""")));

        Assert.Equal($"20 {10 << 20}", (string?)run["text"]);
    }

    [Fact]
    public async Task A_redirect_to_where_it_may_not_is_not_followed()
    {
        var run = await TryAsync($"await context.Http.GetAsync(new Uri(\"{at.Page}away\"), cancellationToken);", Http);

        Assert.StartsWith("private-address:", (string?)run["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_was_not_declared_is_refused()
    {
        var run = await TryAsync("await context.Memory.SetAsync(\"a\", 1, cancellationToken);", """, "limits": { "retries": 0 }""");

        Assert.StartsWith("not-declared:", (string?)run["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sending_something_needs_the_policys_yes()
    {
        var asked = at.Asked;
        var run = await TryAsync($"await context.Http.PostAsync(new Uri(\"{at.Page}\"), \"x\", \"text/plain\", cancellationToken);", Http);

        Assert.StartsWith("refused: A person has to decide", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(asked, at.Asked);
        var waiting = (await at.Server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray();
        Assert.Contains(waiting, approval => (string?)approval!["call"]?["action"] == "http.post" || approval.ToJsonString().Contains("http.post", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"\"", "info")]
    [InlineData("\" \\n \"", "info")]
    [InlineData("\"said\"", "1")]
    [InlineData("\"said\"", "info,warning")]
    public async Task A_message_that_is_empty_or_of_no_severity_is_refused(string message, string severity)
    {
        var name = await at.MakePythonAsync(
            $$"""
            try:
                context.call("notify", message={{message}}, severity="{{severity}}")
            except steward.ToolError as e:
                return steward.success(e.code)
            return steward.failure("sent")
            """, """ "tools": {"notify": {"channels": ["telegram"]}}, "limits": {"retries": 0} """.Trim());

        Assert.Equal("invalid", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task Calls_are_bounded_in_a_minute()
    {
        var run = await TryAsync("for (var n = 0; n < 100; n++) { await context.Memory.GetAsync<int>(\"a\", cancellationToken); }", """, "tools": { "memory": {} }, "limits": { "retries": 0 }""");

        Assert.StartsWith("too-many:", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(62, (int)run["calls"]! + 1);
    }

    [Fact]
    public async Task Memory_outlives_the_run()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var n = await context.Memory.GetAsync<int>("n", cancellationToken) + 1;
            await context.Memory.SetAsync("n", n, cancellationToken);
            return AgentResult.Success($"{n}");
            """, """, "tools": { "memory": {} }"""));

        Assert.Equal("1", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("2", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("GitHub.IssuesAsync(null, null, 1, cancellationToken)", "GitHub:Token")]
    [InlineData("Railway.ServicesAsync(null, cancellationToken)", "Railway:Token")]
    [InlineData("N8n.FailuresAsync(context.Now, cancellationToken)", "N8n:ApiKey")]
    [InlineData("Model.AskAsync(\"a\", \"b\", cancellationToken)", "Models:ApiKey")]
    public async Task What_is_not_set_up_is_refused_with_the_setting_that_is_missing(string call, string setting)
    {
        var run = await TryAsync($"await context.{call};", """, "tools": { "github": {}, "railway": {}, "n8n": {}, "model": {} }, "limits": { "retries": 0 }""");

        Assert.StartsWith("not-set-up:", (string?)run["text"], StringComparison.Ordinal);
        Assert.Contains(setting, (string?)run["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "github": { "repositories": ["acme"] } }""", "declaration.tools.github.repositories")]
    [InlineData("""{ "github": { "repositories": ["{repository}"] } }""", "declaration.tools.github.repositories")]
    [InlineData("""{ "agents": { "names": ["{agents}"] } }""", "declaration.tools.agents.names")]
    [InlineData("""{ "railway": { "tokens": [] } }""", "declaration.tools.railway.tokens")]
    public async Task A_grant_that_nobody_understands_is_named(string tools, string field)
    {
        var answer = await at.Server.PostAsync("/api/agents/test", new System.Text.Json.Nodes.JsonObject { ["source"] = AgentServer.Source("return AgentResult.Success(\"\");", $", \"tools\": {tools}") });

        Assert.Contains(field, answer.Body, StringComparison.Ordinal);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> TryAsync(string body, string declaration) => await at.RunAsync(await at.MakeAsync(AgentServer.Source(
        $$"""try { {{body}} return AgentResult.Success("done"); } catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }""", declaration)));
}
