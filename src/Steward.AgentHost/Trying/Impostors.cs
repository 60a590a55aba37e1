using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Steward.AgentHost.Running;
using Steward.Agents.Sdk;
using Steward.Agents.Sdk.Testing;
using Steward.Agents.Sdk.Trying;

namespace Steward.AgentHost.Trying;

/// <summary>Agents that do something else than what is tested: a test that none of them fails proves nothing.</summary>
internal sealed class Impostors(Assembly assembly, byte[] bytes)
{
    private const int MostWords = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The name of a test that goes on still, and would for ever; null for none.</summary>
    public string? Stuck { get; private set; }

    /// <summary>The names of the tests that pass with all of them; those behind one that goes on still are not tried.</summary>
    public IEnumerable<string> Blind()
    {
        var words = Words().Distinct().Take(MostWords).ToList();
        return TestJob.Tests(assembly).Where(test => Stuck is null && Each(words).All(impostor => Passes(test, impostor))).Select(test => test.Name);
    }

    // Most tests notice the first already.
    private static IEnumerable<Agent> Each(IReadOnlyList<string> words) => [new Impostor(false, []), new Impostor(true, []), new Impostor(false, words), new Impostor(true, words)];

    private bool Passes(MethodInfo test, Agent impostor)
    {
        var running = Task.Run(() =>
        {
            Trial.Instead = impostor;
            return TestJob.FaultAsync(test, new TestBench());
        });
        if (TrialRun.Ends(running, Longest))
        {
            return running.GetAwaiter().GetResult() is null;
        }

        Stuck = test.Name;
        return false;
    }

    // The texts of the source: what a test expects not to find is among them.
    private IEnumerable<string> Words()
    {
        using var file = new PEReader(new MemoryStream(bytes));
        var metadata = file.GetMetadataReader();
        for (var word = metadata.GetNextHandle(MetadataTokens.UserStringHandle(0)); !word.IsNil; word = metadata.GetNextHandle(word))
        {
            if (metadata.GetUserString(word) is { Length: > 0 } text)
            {
                yield return text;
            }
        }
    }
}
