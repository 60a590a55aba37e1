using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Connectors.Tests.N8n;

/// <summary>n8n answers an activation before it listens: its clock is ours here.</summary>
public sealed class N8nLivenessTests : N8nTest
{
    private readonly FakeClock clock = new();

    protected override TimeProvider WorldClock => clock;

    [Fact]
    public async Task Activation_returns_when_n8n_listens_and_not_before()
    {
        var made = await CreateAsync(Document(Unique));

        var activating = ActivateAsync(made);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.N8n, "WebhookOptions") >= 2, "the webhook was looked at twice", Ending);
        Assert.False(activating.IsCompleted);
        clock.Advance(Options.Timings.N8nWebhook);

        Assert.True((await activating).Active);
        Assert.NotNull((await StartAsync(made with { Active = true }, "key")).Execution);
    }

    [Fact]
    public async Task A_deletion_waits_until_n8n_is_done_with_turning_it_off()
    {
        var made = await CreateAsync(Document(Unique));
        var activating = ActivateAsync(made);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.N8n, "WebhookOptions") >= 1, "the webhook was looked at", Ending);
        clock.Advance(Options.Timings.N8nWebhook);
        var active = await activating;

        var deleting = DeleteAsync(active);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.N8n, "DeleteWorkflow") >= 2, "the deletion was tried twice", Ending);
        Assert.False(deleting.IsCompleted);
        clock.Advance(Options.Timings.N8nWebhook);
        await deleting;

        Assert.Null(await Workflows.FindAsync(made.Id, Ending));
    }

    public sealed class Never : N8nTest
    {
        protected override TimeProvider Clock { get; } = new LeapingClock();

        // The world stands still.
        protected override TimeProvider WorldClock { get; } = new FakeClock();

        [Fact]
        public async Task A_webhook_that_never_becomes_live_is_said_so()
        {
            var made = await CreateAsync(Document(Unique));

            var error = await Assert.ThrowsAsync<ConnectorException>(() => ActivateAsync(made));

            Assert.Contains($"does not listen at its webhook '{Unique}'", error.Message, StringComparison.Ordinal);
            Assert.True((await Workflows.FindAsync(made.Id, Ending))!.Active);
        }

        // Every look at it finds five seconds gone; its timers are the system's.
        private sealed class LeapingClock : TimeProvider
        {
            private long leapt;

            public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Add(ref leapt, 5 * TimestampFrequency);
        }
    }
}
