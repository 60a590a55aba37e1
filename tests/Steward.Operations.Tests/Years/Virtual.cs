using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>Runs asynchronous code to its end on one thread and on virtual time.</summary>
internal static class Virtual
{
    /// <summary>The result of what needs no time.</summary>
    /// <exception cref="InvalidOperationException">It waits for something: it would go on elsewhere.</exception>
    public static T Now<T>(Task<T> task) => task.IsCompleted
        ? task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("This was to need no time, and it waits.");

    /// <summary>Lets what needs no time happen.</summary>
    public static void Now(Task task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("This was to need no time, and it waits.");
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Moves the clock from timer to timer until the task is done or the node is dead.</summary>
    /// <exception cref="InvalidOperationException">It waits, and no timer is left that could end that.</exception>
    public static void Run(FakeClock clock, Task task, Func<bool> isDead)
    {
        while (!task.IsCompleted && !isDead())
        {
            ToNextTimer(clock, null);
        }
    }

    /// <summary>Moves the clock to the next timer, at the furthest to the given time.</summary>
    public static void ToNextTimer(FakeClock clock, DateTimeOffset? furthest)
    {
        var next = clock.NextTimer ?? furthest ?? throw new InvalidOperationException("Something waits for ever: no timer is left.");
        var to = furthest < next ? furthest.Value : next;
        var now = clock.GetUtcNow();
        clock.Advance(to > now ? to - now : TimeSpan.Zero);
    }

    /// <summary>Runs the whole thing on a thread of its own, where continuations stay.</summary>
    public static Task<T> OnOneThreadAsync<T>(Func<T> run)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Continuations run within what they continue, so the stack is deeper than usual.
        new Thread(() =>
        {
            try
            {
                done.SetResult(run());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, 256 * 1024 * 1024) { IsBackground = true, Name = "years" }.Start();
        return done.Task;
    }
}
