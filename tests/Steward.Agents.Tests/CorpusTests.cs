using System.Collections.Concurrent;
using Steward.Agents.Tests.Corpus;
using Steward.Testing;

namespace Steward.Agents.Tests;

/// <summary>What an agent that nobody has read must not do is stopped before it is published, and what is well written passes.</summary>
public sealed class CorpusTests
{
    [Fact]
    public async Task Bad_agents_are_stopped_and_every_dangerous_one()
    {
        var bad = AgentCorpus.Bad();
        Assert.True(bad.Count >= 200, $"{bad.Count}");
        Assert.Equal(bad.Count, bad.DistinctBy(agent => agent.Source).Count());
        var stopped = await StoppedAsync(bad, agent => agent.Source);

        List<BadAgent> passed = [.. bad.Where(agent => stopped[agent].Count == 0)];
        TestContext.Current.SendDiagnosticMessage("{0} of {1} bad agents were stopped, {2} of them dangerous; slipped through: {3}", bad.Count - passed.Count, bad.Count, bad.Count(agent => agent.IsDangerous), string.Join("; ", passed.Select(agent => agent.What)));
        Assert.Empty(passed.Where(agent => agent.IsDangerous).Select(agent => agent.What));
        Assert.True(passed.Count <= bad.Count / 100, $"Slipped through: {string.Join("; ", passed.Select(agent => agent.What))}");
        // Not for another reason by chance.
        Assert.Empty(bad.Where(agent => stopped[agent].Count > 0 && !stopped[agent].Any(reason => reason.StartsWith(agent.Rule, StringComparison.Ordinal))).Select(agent => $"{agent.Rule} {agent.What}: {stopped[agent][0]}"));
    }

    [Fact]
    public async Task Good_agents_pass()
    {
        var all = AgentCorpus.Good();
        Assert.True(all.Count >= 100, $"{all.Count}");
        // Each is tried out as well, which takes seconds: the short form takes every fourth.
        var every = LongForm.Or(4, 1);
        List<GoodAgent> good = [.. all.Where((_, at) => at % every == 0)];
        var stopped = await StoppedAsync(good, agent => agent.Source);

        List<GoodAgent> refused = [.. good.Where(agent => stopped[agent].Count > 0)];
        TestContext.Current.SendDiagnosticMessage("{0} of {1} good agents passed; refused: {2}", good.Count - refused.Count, good.Count, string.Join("; ", refused.Select(agent => $"{agent.What}: {stopped[agent][0]}")));
        Assert.True(refused.Count <= good.Count / 50, $"Refused:\n{string.Join('\n', refused.Select(agent => $"{agent.What}: {stopped[agent][0]}"))}");
    }

    // Two at a time, each with its own compiler.
    private static async Task<IReadOnlyDictionary<T, IReadOnlyList<string>>> StoppedAsync<T>(IReadOnlyList<T> agents, Func<T, string> source)
        where T : notnull
    {
        var (stopped, next) = (new ConcurrentDictionary<T, IReadOnlyList<string>>(), -1);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            await using var workshop = new TheWorkshop();
            for (int at; (at = Interlocked.Increment(ref next)) < agents.Count;)
            {
                stopped[agents[at]] = await workshop.StoppedByAsync(source(agents[at]));
            }
        }));
        return stopped;
    }
}
