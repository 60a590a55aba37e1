using Polly;

namespace Steward.Platform.Http;

/// <summary>Puts the <see cref="CircuitBreaker"/> into a Polly pipeline.</summary>
internal sealed class BreakerStrategy(string vendor, CircuitBreaker breaker) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        if (!breaker.TryEnter(out var entry, out var wait))
        {
            return Outcome.FromException<TResult>(Rejection(context.OperationKey ?? "", wait));
        }

        var verdict = BreakerVerdict.Neither;
        try
        {
            var outcome = await callback(context, state);
            verdict = Judge(outcome.Exception);
            return outcome;
        }
        finally
        {
            breaker.Report(entry.Value, verdict);
        }
    }

    private static BreakerVerdict Judge(Exception? error) => error switch
    {
        null or ConnectorException { IsTransient: false } or ConnectorException { IsThrottled: true } => BreakerVerdict.Answered,
        ConnectorException => BreakerVerdict.Failed,
        _ => BreakerVerdict.Neither,
    };

    private ConnectorException Rejection(string operation, TimeSpan? wait) => new(vendor, operation, wait is { } left
        ? $"not asked, because it failed {CircuitBreaker.FailuresToOpen} times in a row. It is tried again in {Math.Ceiling(left.TotalSeconds):0} s."
        : "not asked, because it failed before and another call is just trying it.")
    {
        IsTransient = true,
        RetryAfter = wait,
        Effect = CallEffect.None,
    };
}
