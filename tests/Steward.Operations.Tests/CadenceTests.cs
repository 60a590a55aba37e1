using Steward.Operations.Observe;
using Steward.Testing;

namespace Steward.Operations.Tests;

/// <summary>How often a source is asked that is not asked at every look.</summary>
public sealed class CadenceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeClock clock = new();
    private readonly Cadence cadence;

    public CadenceTests() => cadence = new Cadence(clock);

    [Fact]
    public void It_is_asked_at_its_own_pace()
    {
        Assert.True(cadence.IsDue("runs", Minute, hurry: false));
        clock.Advance(Minute - TimeSpan.FromSeconds(1));
        Assert.False(cadence.IsDue("runs", Minute, hurry: false));
        Assert.Null(cadence.Next);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(cadence.IsDue("runs", Minute, hurry: false));
    }

    [Fact]
    public void An_event_that_comes_right_after_a_question_is_looked_into_as_soon_as_may_be()
    {
        Assert.True(cadence.IsDue("runs", Minute, hurry: false));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(cadence.IsDue("runs", Minute, hurry: true));

        var next = Assert.NotNull(cadence.Next);
        Assert.Equal(Cadence.Shortest - TimeSpan.FromSeconds(1), next - clock.GetUtcNow());
        clock.Advance(next - clock.GetUtcNow());
        Assert.True(cadence.IsDue("runs", Minute, hurry: false));
        Assert.Null(cadence.Next);
        clock.Advance(Cadence.Shortest);
        Assert.False(cadence.IsDue("runs", Minute, hurry: false));
    }

    [Fact]
    public void One_that_nobody_asks_any_more_keeps_nobody_busy()
    {
        cadence.IsDue("load", Minute, hurry: false);
        cadence.IsDue("load", Minute, hurry: true);
        clock.Advance(Minute);

        Assert.Null(cadence.Next);
    }
}
