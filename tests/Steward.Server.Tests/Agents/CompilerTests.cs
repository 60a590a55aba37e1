using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>The compiler that stays for a while, when somebody goes away before it has answered.</summary>
public sealed class CompilerTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Run = """return AgentResult.Success("ok");""";

    // The client is gone by then; what it sent is being compiled.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Overloads that only what is inside can tell apart, and all over again inside.
    private static readonly string Endless = string.Concat(Enumerable.Range(0, 4).Select(number => $"private static int M(Func<{new[] { "int", "string", "double", "long" }[number]}, int> f) => 1;\n"))
        + $"private static int N() => {string.Concat(Enumerable.Range(1, 14).Select(number => $"M(x{number} => "))}x14.ToString().Length{new string(')', 14)};";

    public static TheoryData<string, string> Slow => new()
    {
        { "takes seconds", string.Concat(Enumerable.Range(0, 7000).Select(number => $"private static int F{number}(int a) => new List<int> {{ a, {number} }}.Where(x => x > a).Select(x => x * 2).Sum();\n")) },
        { "never ends", Endless },
    };

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task Who_goes_away_while_it_compiles_leaves_nothing_to_the_next_one(string purpose, string members)
    {
        // Its start is over.
        await at.MakeAsync(AgentServer.Source(Run));
        var source = AgentServer.Source(Run, more: members).Replace("A test.", $"It {purpose}.", StringComparison.Ordinal);
        await at.Server.PostAndLeaveAsync("/api/agents", new JsonObject { ["name"] = at.NewName(), ["source"] = source }, Patience);

        for (var next = 0; next < 2; next++)
        {
            var made = at.NewName();
            var answer = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = made, ["source"] = AgentServer.Source($"""return AgentResult.Success("{made}");""") });

            Assert.True(answer.Status == 201, answer.Body);
            Assert.Equal("A test.", (string?)(await at.Server.GetAsync($"/api/agents/{made}")).Json["declaration"]!["purpose"]);
            Assert.Equal(made, (string?)(await at.RunAsync(made))["text"]);
        }
    }
}
