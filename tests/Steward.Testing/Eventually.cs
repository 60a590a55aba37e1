namespace Steward.Testing;

/// <summary>Waits for what another thread or process is about to do.</summary>
public static class Eventually
{
    /// <summary>Long enough for a busy machine; a test that passes never waits this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It still does not hold after 90 seconds.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what, CancellationToken cancellationToken) =>
        HoldsAsync(() => Task.FromResult(condition()), what, cancellationToken);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It still does not hold after 90 seconds.</exception>
    public static Task HoldsAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken) =>
        HoldsAsync(condition, what, Patience, Step, cancellationToken);

    /// <summary>Returns when the condition holds, where that may take longer than usual or a look is costly.</summary>
    /// <param name="condition">What has to hold.</param>
    /// <param name="what">In words, for the message.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="step">How long to wait between two looks.</param>
    /// <param name="cancellationToken">The test's end.</param>
    /// <exception cref="TimeoutException">It still does not hold when the patience is over.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan patience, TimeSpan step, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > patience)
            {
                throw new TimeoutException($"It did not come true within {patience.TotalSeconds:0} s that {what}.");
            }

            await Task.Delay(step, TimeProvider.System, cancellationToken);
        }
    }
}
