using Microsoft.Extensions.Options;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>Processes that have started already and wait for a run with the usual limits. Each serves one run and ends with it.</summary>
internal sealed class ParkedBoxes : IAsyncDisposable
{
    // To start one takes longer than a run of a small agent does: while one run follows another, only the last few are
    // replaced, and the rest when there is time.
    private const int Least = 2;
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(100);

    private readonly Sandbox sandbox;
    private readonly int wanted;
    private readonly ITimer lull;
    private readonly Queue<RunningBox> parked = new();
    private readonly List<Task> starts = [];
    private int starting;
    private bool isOver;

    public ParkedBoxes(Sandbox sandbox, IOptions<AgentsOptions> options, TimeProvider clock)
    {
        (this.sandbox, wanted) = (sandbox, options.Value.Parked);
        lull = clock.CreateTimer(_ => Refill(wanted), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A box for a run: a parked one where the limits are the usual ones and one is there. Python starts as fast as a parked one goes on.</summary>
    public async Task<Outcome<RunningBox>> TakeAsync(AgentLanguage language, AgentLimits limits)
    {
        if (language == AgentLanguage.Python)
        {
            return AgentHostProgram.Obstacle(language) is { } obstacle ? obstacle : await StartAsync(language, "run", limits);
        }

        // A run takes its agent's own time, where that is the shorter, and the processor time of that; the rest of the limits were set when the box was started.
        var usual = limits with { Retries = AgentLimits.Default.Retries, Time = AgentLimits.Default.Time } == AgentLimits.Default && limits.Time <= AgentLimits.Default.Time;
        RunningBox? box = null;
        lock (parked)
        {
            while (usual && parked.TryDequeue(out box) && box.IsOver)
            {
                _ = box.DisposeAsync().AsTask();
                box = null;
            }
        }

        Refill(Math.Min(Least, wanted));
        lull.Change(Lull, Timeout.InfiniteTimeSpan);
        return box ?? await StartAsync(language, "run", limits);
    }

    // Starts as many as are missing, beside whatever goes on.
    private void Refill(int count)
    {
        lock (parked)
        {
            while (!isOver && parked.Count + starting < count)
            {
                starting++;
                starts.RemoveAll(start => start.IsCompleted);
                starts.Add(Task.Run(ParkAsync));
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await lull.DisposeAsync();
        List<RunningBox> rest;
        Task starting;
        lock (parked)
        {
            isOver = true;
            starting = Task.WhenAll(starts);
            rest = [.. parked];
            parked.Clear();
        }

        foreach (var box in rest)
        {
            await box.DisposeAsync();
        }

        // Those put away what they started.
        await starting;
    }

    /// <summary>What the box of a run may use.</summary>
    public static SandboxLimits Limits(AgentLimits limits) => new() { Time = limits.Time, Memory = (long)limits.MemoryMb << 20, Cores = limits.Cores };

    private Task<Outcome<RunningBox>> StartAsync(AgentLanguage language, string verb, AgentLimits limits) => sandbox.StartAsync(AgentHostProgram.Job(language, verb, Limits(limits)));

    private async Task ParkAsync()
    {
        RunningBox? box = null;
        try
        {
            var started = await StartAsync(AgentLanguage.Csharp, "park", AgentLimits.Default);
            box = started.Value;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // The next run starts its own and tells what is wrong.
        }

        lock (parked)
        {
            starting--;
            if (box is not null && !isOver)
            {
                parked.Enqueue(box);
                return;
            }
        }

        if (box is not null)
        {
            await box.DisposeAsync();
        }
    }
}
