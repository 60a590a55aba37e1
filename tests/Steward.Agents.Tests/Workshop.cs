using System.Text.Json;
using Microsoft.Extensions.Options;
using Steward.Agents.Workshop;
using Steward.Sandboxing;

namespace Steward.Agents.Tests;

/// <summary>The compiler, tests and trials in their boxes, as the server has them.</summary>
public sealed class TheWorkshop : IAsyncDisposable
{
    private static readonly IReadOnlyDictionary<string, JsonElement> NoSettings = new Dictionary<string, JsonElement>();

    private readonly Sandbox sandbox = new(Options.Create(new SandboxOptions()), TimeProvider.System);
    private readonly CompilerProcess compiler;

    public TheWorkshop() => compiler = new CompilerProcess(AgentLanguage.Csharp, sandbox, Options.Create(new AgentsOptions()), TimeProvider.System);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    internal async Task<Compiled> CheckAsync(string source)
    {
        var checkedSource = await compiler.CheckAsync("checked", source, Ending);
        Assert.False(checkedSource.IsRefused, checkedSource.IsRefused ? checkedSource.Refusal.Message : "");
        return checkedSource.Value;
    }

    /// <summary>Checks what the compiler may die of.</summary>
    internal async Task SurvivesAsync(string source) => await compiler.CheckAsync("checked", source, Ending);

    internal async Task<AgentTrial> TryAsync(byte[] assembly, string? samples = null, IReadOnlyDictionary<string, JsonElement>? settings = null)
    {
        var trial = await new TryAgent(sandbox).HandleAsync(assembly, settings ?? NoSettings, samples is null ? null : JsonSerializer.Deserialize<JsonElement>(samples), Ending);
        Assert.False(trial.IsRefused, trial.IsRefused ? trial.Refusal.Message : "");
        return trial.Value;
    }

    /// <summary>What stops an agent, stage by stage; nothing when it passes.</summary>
    internal async Task<IReadOnlyList<string>> StoppedByAsync(string source)
    {
        var compiled = await CheckAsync(source);
        if (compiled.Assembly is not { } assembly)
        {
            return [.. compiled.Diagnostics.Select(message => $"{message.Id} {message}")];
        }

        var tests = await new TestAgent(sandbox).HandleAsync(AgentLanguage.Csharp, assembly, Ending);
        Assert.False(tests.IsRefused);
        if (tests.Value!.Where(test => !test.Passed).ToList() is { Count: > 0 } failed)
        {
            return [.. failed.Select(test => $"TEST {test.Name}: {test.Fault}")];
        }

        return [.. (await TryAsync(assembly)).Situations.Where(situation => !situation.Passed).Select(situation => $"TRIAL {situation.Fault}")];
    }

    public async ValueTask DisposeAsync()
    {
        await compiler.DisposeAsync();
        sandbox.Dispose();
    }
}
