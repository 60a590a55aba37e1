using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>Runs the tests of a compiled agent, in a box of their own.</summary>
internal sealed class TestAgent(Sandbox sandbox)
{
    private const int LongestLine = 64 << 10;
    private const int MostTests = 1000;
    private static readonly SandboxLimits Limits = new() { Time = TimeSpan.FromSeconds(60), Cores = 1 };

    /// <summary>Runs them. A process that ends before its last word has failed one.</summary>
    public async Task<Outcome<List<TestOutcome>>> HandleAsync(AgentLanguage language, byte[] assembly, CancellationToken cancellationToken)
    {
        var started = await sandbox.StartAsync(AgentHostProgram.Job(language, "test", Limits));
        if (started.IsRefused)
        {
            return started.Refusal;
        }

        await using var box = started.Value;
        _ = box.Errors.CopyToAsync(Stream.Null, CancellationToken.None);
        var ending = box.WaitAsync(cancellationToken);
        var (outcomes, isWhole) = (new List<TestOutcome>(), false);
        try
        {
            await AgentHostProgram.GiveAsync(box, new { assembly = assembly.Length }, assembly, cancellationToken);
            var lines = new Lines(box.Output, LongestLine);
            while (!isWhole && outcomes.Count < MostTests && await lines.NextAsync(cancellationToken) is { IsCut: false } line)
            {
                var outcome = Json.Read<TestOutcome>(line.Text);
                isWhole = outcome.Name.Length == 0;
                if (!isWhole)
                {
                    outcomes.Add(outcome);
                }
            }
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            // Told below: the tests did not come to their end.
        }

        if (!isWhole)
        {
            box.Kill();
            outcomes.Add(new TestOutcome("(all)", false, $"The tests did not come to their end: {(await ending).Text}.", 0));
        }

        return outcomes;
    }
}
