using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Http;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Connectors.Tests.Http;

public sealed class ProviderPipelineTests : ConnectorTest
{
    private readonly FakeClock clock = new();

    protected override TimeProvider Clock => clock;

    [Fact]
    public async Task Everything_together_has_an_end_also_for_who_waits_for_a_turn()
    {
        using var pipeline = Pipeline(new ProviderLimits("slow", 1) { Timeout = TimeSpan.FromSeconds(5) });
        var began = new TaskCompletionSource();
        var ran = false;
        var first = pipeline.RunAsync("First", token => ForeverAsync(began, token), Ending);
        var second = pipeline.RunAsync("Second", _ => Task.FromResult(ran = true), Ending);
        await began.Task.WaitAsync(Ending);

        clock.Advance(TimeSpan.FromSeconds(5));

        var running = await Assert.ThrowsAsync<ConnectorException>(() => first);
        var waiting = await Assert.ThrowsAsync<ConnectorException>(() => second);
        Assert.Equal((true, CallEffect.Unknown), (running.IsTransient, running.Effect));
        Assert.Equal((true, CallEffect.None, false), (waiting.IsTransient, waiting.Effect, ran));
    }

    [Fact]
    public async Task Who_finds_the_queue_full_is_sent_away_at_once()
    {
        using var pipeline = Pipeline(new ProviderLimits("busy", 1) { Queue = 0 });
        var began = new TaskCompletionSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var first = pipeline.RunAsync("First", token => ForeverAsync(began, token), end.Token);
        await began.Task.WaitAsync(Ending);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => pipeline.RunAsync("Second", _ => Task.FromResult(true), Ending));

        Assert.Equal((true, CallEffect.None), (error.IsTransient, error.Effect));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Attempts_are_counted_by_their_outcome_and_the_breaker_is_shown()
    {
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Steward.Providers")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();
        using var pipeline = Pipeline(new ProviderLimits("metered", 1));

        await pipeline.RunAsync("Good", _ => Task.FromResult(true), Ending);
        await FailAsync(pipeline, new ConnectorException("metered", "Refused", "no") { Effect = CallEffect.None });
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(pipeline, new ConnectorException("metered", "Failed", "oops") { IsTransient = true });
        }

        Assert.Equal(
            [
                "breaker 0 metered", "requests 1 metered Good ok", "duration 0 metered Good ok", "requests 1 metered Refused refused",
                "requests 1 metered Failed failed", "breaker 1 metered",
            ],
            seen.Where(line => !line.Contains("duration 0 metered Refused", StringComparison.Ordinal) && !line.Contains("duration 0 metered Failed", StringComparison.Ordinal)).Distinct());

        void See<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var line = $"{instrument.Name["steward.provider.".Length..]} {value} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}";
            if (line.Contains("metered", StringComparison.Ordinal))
            {
                lock (seen)
                {
                    seen.Add(line);
                }
            }
        }
    }

    private ProviderPipeline Pipeline(ProviderLimits limits) => new(limits, Get<RetryBudget>(), clock, Random.Shared, NullLogger<ProviderPipeline>.Instance);

    private static async Task FailAsync(ProviderPipeline pipeline, ConnectorException error) =>
        Assert.Same(error, await Assert.ThrowsAsync<ConnectorException>(() => pipeline.RunAsync<bool>(error.Operation, _ => throw error, Ending)));

    private static async Task<bool> ForeverAsync(TaskCompletionSource began, CancellationToken cancellationToken)
    {
        began.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return true;
    }
}
