using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Steward.Platform.Work;

namespace Steward.Platform.Http;

/// <summary>
/// What every call to one provider goes through, from the outside in: a limit of time for everything, a bounded number of
/// calls at once, retries of what is known not to have happened, a circuit breaker, a limit of time for each attempt.
/// </summary>
public sealed partial class ProviderPipeline : IDisposable
{
    private readonly ProviderLimits limits;
    private readonly TimeProvider clock;
    private readonly RetryBudget budget;
    private readonly ILogger log;
    private readonly CircuitBreaker breaker;
    private readonly BulkheadStrategy bulkhead;
    private readonly ResiliencePipeline pipeline;

    /// <summary>Builds the pipeline of one provider; it is shared by all calls to it.</summary>
    public ProviderPipeline(ProviderLimits limits, RetryBudget budget, TimeProvider clock, Random jitter, ILogger<ProviderPipeline> log)
    {
        (this.limits, this.budget, this.clock, this.log) = (limits, budget, clock, log);
        breaker = new CircuitBreaker(clock, Show);
        bulkhead = new BulkheadStrategy(limits);
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddTimeout(limits.Timeout)
            .AddStrategy(_ => bulkhead, new NoOptions())
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = ProviderLimits.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = ProviderLimits.FirstPause,
                MaxDelay = ProviderLimits.LongestPause,
                UseJitter = true,
                Randomizer = jitter.NextDouble,
                ShouldHandle = arguments => ShouldRepeatAsync(arguments),
                DelayGenerator = arguments => new((arguments.Outcome.Exception as ConnectorException)?.RetryAfter),
            })
            .AddStrategy(_ => new BreakerStrategy(limits.Vendor, breaker), new NoOptions())
            .AddTimeout(limits.AttemptTimeout)
            .Build();
        ProviderMeter.Show(limits.Vendor, BreakerState.Closed);
    }

    /// <summary>The provider, in lower case: <c>railway</c>.</summary>
    public string Vendor => limits.Vendor;

    /// <summary>Whether the provider is being asked. An open breaker becomes half-open with the first call after its pause.</summary>
    public BreakerState Breaker => breaker.State;

    /// <summary>Runs a call.</summary>
    /// <param name="operation">The named operation, for messages and metrics.</param>
    /// <param name="attempt">
    /// Sends it once. It throws <see cref="ConnectorException"/> when the provider fails, and says there what is known
    /// about the effect: only a transient failure without effect is repeated.
    /// </param>
    /// <param name="cancellationToken">Cancels waiting and sending.</param>
    /// <exception cref="ConnectorException">The last attempt failed, or the provider was not asked at all.</exception>
    public async Task<T> RunAsync<T>(string operation, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var span = ProviderMeter.Begin(Vendor, operation);
        var context = ResilienceContextPool.Shared.Get(operation, cancellationToken);
        try
        {
            return await pipeline.ExecuteAsync(
                async running => await MeasureAsync(operation, attempt, running.CancellationToken, cancellationToken), context);
        }
        catch (TimeoutRejectedException e)
        {
            // Attempts turn their own timeouts into failures: this one came between them or before the first.
            throw new ConnectorException(Vendor, operation, $"gave up after {limits.Timeout.TotalSeconds:0.#} s of waiting for a turn or between attempts.", e)
            {
                IsTransient = true,
                Effect = CallEffect.None,
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc />
    public void Dispose() => bulkhead.Dispose();

    private async Task<T> MeasureAsync<T>(string operation, Func<CancellationToken, Task<T>> attempt, CancellationToken running, CancellationToken caller)
    {
        var begun = clock.GetTimestamp();
        Exception? error = null;
        try
        {
            return await attempt(running);
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            throw error = new ConnectorException(Vendor, operation, "no answer in time.", e) { IsTransient = true };
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            ProviderMeter.End(Vendor, operation, error, clock.GetElapsedTime(begun));
        }
    }

    private async ValueTask<bool> ShouldRepeatAsync(RetryPredicateArguments<object> arguments)
    {
        // A failure that opened the breaker, and a refusal by the breaker, are not worth another try now.
        if (arguments.AttemptNumber >= ProviderLimits.Attempts - 1
            || arguments.Outcome.Exception is not ConnectorException { IsTransient: true, Effect: CallEffect.None } error
            || error.RetryAfter > ProviderLimits.LongestPause
            || breaker.State != BreakerState.Closed)
        {
            return false;
        }

        if (await budget.TrySpendAsync(Vendor, arguments.Context.CancellationToken))
        {
            return true;
        }

        LogBudgetSpent(log, Vendor, arguments.Context.OperationKey, RetryBudget.PerHour);
        return false;
    }

    private void Show(BreakerState state)
    {
        ProviderMeter.Show(Vendor, state);
        switch (state)
        {
            case BreakerState.Open:
                LogOpened(log, Vendor, CircuitBreaker.FailuresToOpen, CircuitBreaker.OpenFor.TotalSeconds);
                break;
            case BreakerState.HalfOpen:
                LogTrying(log, Vendor);
                break;
            default:
                LogClosed(log, Vendor);
                break;
        }
    }

    private sealed class NoOptions : ResilienceStrategyOptions;
}
