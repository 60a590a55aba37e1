using System.Collections.Concurrent;
using System.Globalization;
using Steward.Governance.Calls;

namespace Steward.Agents.Tools;

/// <summary>
/// Tells the calls of an attempt apart, by what they say and how often it was done before: so the attempt that takes up the work
/// of one whose server died knows them again. What nobody knows the outcome of stays the same call for the whole run.
/// </summary>
/// <param name="run">The run, and since when somebody had it tried again.</param>
/// <param name="attempt">Which attempt this is.</param>
/// <param name="since">When the attempt began whose work this one takes up.</param>
internal sealed class RunOccasions(string run, int attempt, DateTimeOffset since)
{
    // Bounded by the calls of an attempt, as are the turns.
    private readonly ConcurrentDictionary<string, int> done = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new();

    /// <summary>The run, and since when somebody had it tried again.</summary>
    public string Run => run;

    /// <summary>Waits until no call that says the same is under way, and lets the next one begin when what this gives is disposed of: two at once would be taken for one.</summary>
    public async Task<IDisposable> TurnAsync(Call call, CancellationToken cancellationToken)
    {
        var turn = turns.GetOrAdd(call.Hash, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    /// <summary>For what a call is asked for now.</summary>
    public CallOccasion Of(Call call) => new(string.Create(CultureInfo.InvariantCulture, $"run/{run}/{done.GetValueOrDefault(call.Hash)}"), since);

    /// <summary>For what a call is asked for whose effect ended with the attempt before.</summary>
    public CallOccasion OfAttempt(Call call) => new(string.Create(CultureInfo.InvariantCulture, $"{Of(call).Name}/attempt/{attempt}"), since);

    /// <summary>A call was done: the next one that says the same is another.</summary>
    public void Done(Call call) => done.AddOrUpdate(call.Hash, 1, (_, times) => times + 1);

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
