using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>What the kit promises the author of an agent about its tests.</summary>
public sealed class KitTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Acts =
        """
        var files = context.Files;
        await files.WriteAsync("b/c/two.txt", "€", cancellationToken);
        await files.AppendAsync("a.txt", "one", cancellationToken);
        await files.MakeFolderAsync("d/e", cancellationToken);
        var entries = new List<FileEntry>();
        foreach (var folder in new[] { "", "b", "b/c" }) { entries.AddRange(await files.ListAsync(folder, cancellationToken)); }
        entries.Add(await files.InfoAsync("b", cancellationToken));
        entries.Add(await files.InfoAsync("a.txt", cancellationToken));
        var said = entries.Select(e => $"{e.Path} {e.IsFolder} {e.Size}").ToList();
        foreach (var act in new System.Func<Task>[]
        {
            () => files.DeleteAsync("d", cancellationToken), () => files.DeleteAsync("d/e", cancellationToken), () => files.DeleteAsync("d", cancellationToken), () => files.InfoAsync("d", cancellationToken), () => files.ListAsync("d", cancellationToken),
            () => files.ListAsync("a.txt", cancellationToken), () => files.MakeFolderAsync("a.txt", cancellationToken), () => files.WriteAsync("a.txt/x", "x", cancellationToken), () => files.WriteAsync("b", "x", cancellationToken),
            () => files.ReadAsync("../x", cancellationToken), () => files.ReadAsync("b", cancellationToken), () => files.DeleteAsync("a.txt", cancellationToken), () => files.DeleteAsync("a.txt", cancellationToken),
        })
        {
            try { await act(); said.Add("done"); } catch (ToolException e) { said.Add(e.Code); }
        }

        return context.Last<bool?>() is null ? AgentResult.Failure(string.Join(", ", said), true) : AgentResult.Success("kept");
        """;

    /// <summary>What an agent says that goes through all that can be done with files: in a test of its own and in its folder.</summary>
    public static string Said(string yes, string no) =>
        $"a.txt {no} 3, b {yes} 0, d {yes} 0, b/c {yes} 0, b/c/two.txt {no} 3, b {yes} 0, a.txt {no} 3, invalid, done, done, not-found, not-found, invalid, invalid, invalid, invalid, refused, invalid, done, not-found";

    [Fact]
    public async Task Files_and_the_handoff_of_a_failure_are_in_a_test_what_they_are_in_a_run()
    {
        var source = AgentServer.Source(Acts, """, "tools": { "files": {} }, "limits": { "retries": 0 }""", $$"""
            [AgentTest]
            public static async Task It_keeps_files(TestBench bench)
            {
                Expect.Equal("{{Said("True", "False")}}", (await bench.RunAsync(new Tested())).Text);
                Expect.Equal("kept", (await bench.RunAsync(new Tested())).Text);
            }
            """);
        var name = await at.MakeAsync(source);

        Assert.Equal(Said("True", "False"), (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("kept", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("new string('x', 10001)", "10003 characters; 10000 are allowed")]
    [InlineData("new string('ш', 9990)", "handed on")]
    [InlineData("string.Concat(Enumerable.Repeat(\"😀\", 830))", "handed on")]
    [InlineData("string.Concat(Enumerable.Repeat(\"😀\", 840))", "10082 characters; 10000 are allowed")]
    public async Task What_is_handed_on_has_in_a_test_the_bound_that_it_has_in_a_run(string handoff, string says)
    {
        var name = await at.MakeAsync(AgentServer.Source($"return AgentResult.Success(\"handed on\", {handoff});", """, "limits": { "retries": 0 }""", $$"""
            [AgentTest]
            public static async Task It_is_bounded(TestBench bench) => Expect.Contains("{{says}}", (await bench.RunAsync(new Tested())).Text);
            """));

        Assert.Contains(says, (string?)(await at.RunAsync(name))["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_handed_on_in_Python_is_bounded_so_too()
    {
        foreach (var (handoff, says) in new[] { ("'x' * 10001", "10003 characters; 10000 are allowed"), ("'ш' * 9990", "handed on"), ("'😀' * 830", "handed on"), ("'😀' * 840", "10082 characters; 10000 are allowed") })
        {
            var made = await at.Server.PostAsync("/api/agents", new JsonObject
            {
                ["name"] = at.NewName(), ["language"] = "python", ["source"] = $"""
                    import steward
                    DECLARATION = {"{"}"purpose": "A test.", "limits": {"{"}"retries": 0{"}"}{"}"}
                    def run(context):
                        return steward.success("handed on", handoff={handoff})
                    def test_it_is_bounded(bench):
                        bench.contains("{says}", bench.run(run).text)
                    """,
            });
            Assert.True(made.Status == 201, made.Body);

            Assert.Contains(says, (string?)(await at.RunAsync((string)made.Json["name"]!))["text"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("new string('x', 4001)", "too-large")]
    [InlineData("\" \"", "invalid")]
    [InlineData("new string('x', 4000)", "sent")]
    public async Task A_message_has_in_a_test_the_bound_that_it_has_in_a_run(string message, string says)
    {
        var name = await at.MakeAsync(AgentServer.Source(
            $$"""try { await context.Notify.SendAsync({{message}}, cancellationToken); return AgentResult.Success("sent"); } catch (ToolException e) { return AgentResult.Success(e.Code); }""",
            """, "tools": { "notify": { "channels": ["n8n"] } }""", $$"""
            [AgentTest]
            public static async Task It_is_bounded(TestBench bench) => Expect.Equal("{{says}}", (await bench.RunAsync(new Tested())).Text);
            """));

        Assert.Equal(says, (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("""Expect.Contains("y", new string('x', 200000));""", "Fails: Expected to find 'y' in 'xxx")]
    [InlineData("""Expect.Equal("y", new string('x', 200000));""", "Fails: Expected 'y' and got 'xxx")]
    [InlineData("""Expect.That(false, new string('x', 200000));""", "Fails: Expected that xxx")]
    [InlineData("""throw new System.InvalidOperationException(new string('é', 200000));""", "Fails: InvalidOperationException: ééé")]
    [InlineData("""Expect.That((await bench.RunAsync(new Tested())).IsSuccess, (await bench.RunAsync(new Tested())).Text);""", "Fails: Expected that The agent's run gave no result")]
    public async Task A_failed_test_says_why_however_much_there_would_be_to_say(string body, string says)
    {
        var answer = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = at.NewName(), ["source"] = AgentServer.Source("return null!;", more: $$"""[AgentTest] public static async Task Fails(TestBench bench) { await Task.CompletedTask; {{body}} }"""),
        });

        answer.IsProblem(400, "invalid", "source");
        Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
        Assert.True(((string)answer.Json["detail"]!).Length < 5000);
    }

    [Fact]
    public async Task A_file_that_would_not_fit_into_a_request_is_refused_before_it_is_sent()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "quotes.cs");
        await File.WriteAllTextAsync(file, $"// {new string('"', 600_000)}", AgentServer.Ending);

        var tried = await Cli.RunAsync(at.Server, "agents", "test", file);

        Assert.Equal(2, tried.ExitCode);
        Assert.Contains("takes 1200", tried.Error, StringComparison.Ordinal);
    }
}
