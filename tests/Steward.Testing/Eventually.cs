namespace Steward.Testing;

/// <summary>Waits for what another thread or process is about to do.</summary>
public static class Eventually
{
    /// <summary>Long enough for a busy machine; a test that passes never waits this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It still does not hold after 30 seconds.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what, CancellationToken cancellationToken) =>
        HoldsAsync(() => Task.FromResult(condition()), what, cancellationToken);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It still does not hold after 30 seconds.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"It did not come true within {Patience.TotalSeconds:0} s that {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }
    }
}
