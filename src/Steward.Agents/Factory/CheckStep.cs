using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;

namespace Steward.Agents.Factory;

/// <summary>
/// Takes a version through everything that has to hold before it may be published, one stage after the other: the checks,
/// the plan, its settings, its own tests, and the trials that every agent has to stand. A stage that cannot run is a finding.
/// </summary>
internal sealed class CheckStep(Compilers compilers, TestAgent tests, TryAgent trials, BuildRounds rounds, ReadAgent agents, TimeProvider clock) : IBuildStep
{
    public IReadOnlyList<BuildState> States { get; } = [BuildState.Checking];

    public async Task<BuildMove> RunAsync(Build build, Guid workItem, CancellationToken cancellationToken)
    {
        var all = await rounds.AllAsync(build, cancellationToken);
        var checkedOne = await CheckAsync(build, all[^1], await agents.OwnedAsync(build, cancellationToken), cancellationToken);
        if (checkedOne.Findings is { Count: 0 })
        {
            return new BuildMove.Go(build, BuildState.Publishing, $"It holds: compiled, checked, tested and tried out. {string.Join(" | ", checkedOne.Rehearsal)}", checkedOne);
        }

        var said = $"{checkedOne.Findings!.Count} findings: {string.Join("; ", checkedOne.Findings.Take(3).Select(Prompt.Written))}";
        // A model that goes in a circle would go on until the money is gone. Other samples or values of settings are another version.
        return all.SkipLast(1).Any(earlier => (earlier.Source, earlier.Settings, earlier.Samples) == (checkedOne.Source, checkedOne.Settings, checkedOne.Samples))
            ? new BuildMove.End(build, BuildState.Failed, BuildRounds.GiveUp([.. all.SkipLast(1), checkedOne], "The model came back to a version that it had had before."), checkedOne)
            : new BuildMove.Go(build, BuildState.Repairing, said, checkedOne);
    }

    /// <summary>A version with what is wrong with it.</summary>
    private async Task<BuildRound> CheckAsync(Build build, BuildRound round, OwnedSettings owned, CancellationToken cancellationToken)
    {
        var (name, plan) = (build.Name!, build.Blueprint!);
        var took = new Dictionary<string, double>();
        async Task<T> TimedAsync<T>(string stage, Task<T> work)
        {
            var begun = clock.GetTimestamp();
            var result = await work;
            took[stage] = Math.Round(clock.GetElapsedTime(begun).TotalMilliseconds, 1);
            return result;
        }

        Task<Outcome<Compiled>> CompileAsync() => TimedAsync("compile", compilers.Of(AgentLanguage.Csharp).CheckAsync(name, round.Source, cancellationToken));
        var compiled = await CompileAsync();
        if (compiled is { IsRefused: true, Refusal.Code: CompilerProcess.Ended })
        {
            // On a machine that is busy with something else the first time is not the source's fault.
            compiled = await CompileAsync();
        }

        round = round with { Source = compiled.Value?.Formatted ?? round.Source, Took = took };
        BuildRound Found(int stage, IEnumerable<BuildFinding> findings) => round with { Stage = stage, Findings = [.. findings] };
        if (compiled.IsRefused)
        {
            return Found(0, [new BuildFinding("compile", compiled.Refusal.Message)]);
        }

        var wrong = compiled.Value.Diagnostics.Where(one => one.Severity == "error").Select(one => new BuildFinding("compile", $"{one.Id}: {one.Message}", one.Line)).ToList();
        if (wrong.Count > 0 || compiled.Value is not { Assembly: { } assembly, Declaration: { } json })
        {
            return Found(0, wrong.Count > 0 ? wrong : [new BuildFinding("compile", "The compiler gave no program and no reason.")]);
        }

        var declaration = DeclarationReader.Read(json);
        if (declaration.IsRefused)
        {
            return Found(1, [new BuildFinding("plan", declaration.Refusal.Message)]);
        }

        round = round with { Declaration = json, Sends = [.. compiled.Value.Sends] };
        var staying = owned.Staying(plan);
        var settings = Kept(declaration.Value, staying, Json.Read<Dictionary<string, JsonElement>>(round.Settings));
        round = round with { Settings = Json.Write(settings) };
        if (Blueprints.Beyond(plan, declaration.Value, settings, staying).ToList() is { Count: > 0 } beyond)
        {
            return Found(1, beyond);
        }

        if (SettingValues.Check(declaration.Value, settings) is { } refusal)
        {
            return Found(2, [new BuildFinding("settings", refusal.Message)]);
        }

        var outcomes = await TimedAsync("tests", tests.HandleAsync(AgentLanguage.Csharp, assembly, cancellationToken));
        if (outcomes.IsRefused || outcomes.Value.Count == 0 || outcomes.Value.Exists(outcome => !outcome.Passed))
        {
            return Found(3, outcomes.IsRefused ? [new BuildFinding("tests", outcomes.Refusal.Message)]
                : outcomes.Value.Count == 0 ? [new BuildFinding("tests", "It has no tests.")]
                : outcomes.Value.Where(outcome => !outcome.Passed).Select(outcome => new BuildFinding("tests", $"The test {outcome.Name} failed: {outcome.Fault}")));
        }

        var trial = await TimedAsync("trial", trials.HandleAsync(assembly, SettingValues.Of(declaration.Value, settings), round.Samples is { } samples ? JsonSerializer.Deserialize<JsonElement>(samples) : null, cancellationToken));
        if (trial.IsRefused)
        {
            return Found(4, [new BuildFinding("trial", trial.Refusal.Message)]);
        }

        round = round with { Rehearsal = [.. trial.Value.Rehearsal.Select(Told)] };
        var failed = trial.Value.Situations.Where(situation => !situation.Passed).Select(situation => new BuildFinding("trial", $"{situation.Situation}: {situation.Fault}"));
        return failed.Any() ? Found(4, failed) : Found(5, []);
    }

    // What the owner has set stays, where the plan leaves it alone and the new version has such a setting.
    private static Dictionary<string, JsonElement> Kept(Declaration declaration, IReadOnlyDictionary<string, JsonElement> staying, Dictionary<string, JsonElement> written)
    {
        foreach (var (name, value) in staying)
        {
            if (declaration.Settings.TryGetValue(name, out var setting) && setting.Check(name, value) is null)
            {
                written[name] = value;
            }
        }

        return written;
    }

    private static string Told(RehearsedRun run) =>
        $"run {run.Number}: {(run.IsSuccess ? "" : "failed: ")}{run.Text}{(run.Sent.Count > 0 ? $"; would send: {string.Join(", ", run.Sent)}" : "; sends nothing")}";
}
