using System.Threading.RateLimiting;
using Polly;

namespace Steward.Platform.Http;

/// <summary>Bounds how many calls to one provider run at once and how many wait for their turn.</summary>
internal sealed class BulkheadStrategy(ProviderLimits limits) : ResilienceStrategy, IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Concurrency,
        QueueLimit = limits.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public void Dispose() => limiter.Dispose();

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        using var turn = await limiter.AcquireAsync(1, context.CancellationToken);
        return turn.IsAcquired
            ? await callback(context, state)
            : Outcome.FromException<TResult>(new ConnectorException(limits.Vendor, context.OperationKey ?? "",
                $"not asked, because {limits.Concurrency} calls are under way and {limits.Queue} wait already.")
            {
                IsTransient = true,
                Effect = CallEffect.None,
            });
    }
}
