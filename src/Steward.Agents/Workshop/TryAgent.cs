using System.Text.Json;
using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>Tries a compiled agent (C#) in situations that its own tests leave out, and rehearses it, in a box of its own against tools that are none.</summary>
internal sealed class TryAgent(Sandbox sandbox)
{
    private const int LongestLine = 1 << 20;
    private const int MostLines = 500;
    private static readonly SandboxLimits Limits = new() { Time = TimeSpan.FromSeconds(60), Cores = 1 };

    /// <summary>Tries it. A process that ends before its last word has failed a situation.</summary>
    /// <param name="assembly">The agent.</param>
    /// <param name="settings">Values of its settings; those that are left out get their default, or an example of their type.</param>
    /// <param name="samples">What its tools answer: see <c>docs/checks.md</c>. Null has them answer little.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Outcome<AgentTrial>> HandleAsync(byte[] assembly, IReadOnlyDictionary<string, JsonElement> settings, JsonElement? samples, CancellationToken cancellationToken)
    {
        var started = await sandbox.StartAsync(AgentHostProgram.Job(AgentLanguage.Csharp, "trial", Limits));
        if (started.IsRefused)
        {
            return started.Refusal;
        }

        await using var box = started.Value;
        _ = box.Errors.CopyToAsync(Stream.Null, CancellationToken.None);
        var ending = box.WaitAsync(cancellationToken);
        var (outcomes, rehearsal, isWhole) = (new List<TrialOutcome>(), new List<RehearsedRun>(), false);
        try
        {
            await AgentHostProgram.GiveAsync(box, new { assembly = assembly.Length, settings, samples }, assembly, cancellationToken);
            var lines = new Lines(box.Output, LongestLine);
            while (!isWhole && outcomes.Count + rehearsal.Count < MostLines && await lines.NextAsync(cancellationToken) is { IsCut: false } line)
            {
                var said = Json.Read<Said>(line.Text);
                isWhole = said.Situation.Length == 0;
                if (said.Run is { } run)
                {
                    rehearsal.Add(run);
                }
                else if (!isWhole)
                {
                    outcomes.Add(new TrialOutcome(said.Situation, said.Passed, said.Fault, said.Milliseconds));
                }
            }
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Told below: the trial did not come to its end.
        }

        if (!isWhole)
        {
            box.Kill();
            outcomes.Add(new TrialOutcome("(all)", false, $"The trial did not come to its end after '{outcomes.LastOrDefault()?.Situation ?? "nothing"}': {(await ending).Text}. Bound what is kept in memory, and every recursion.", 0));
        }

        return new AgentTrial(outcomes, rehearsal);
    }

    private sealed record Said(string Situation, bool Passed, string? Fault, double Milliseconds, RehearsedRun? Run = null);
}
