using Steward.Connectors.Deployed;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Operations.Orient;
using Steward.Operations.Watched;

namespace Steward.Operations.Tests.Orient;

/// <summary>When a service that its provider does not list counts as gone.</summary>
public sealed class AbsenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly OperationsOptions options = new();

    // As in the store: what one look says is what the next one knows, on whichever node.
    private WatchedService api = new("api", "api", null, ServiceHealth.Unknown, 0, null, null, null, Noon);

    [Fact]
    public void A_service_is_gone_when_it_was_missing_for_ten_minutes()
    {
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.Empty(Missing(minute));
        }

        Assert.Equal(["api"], Missing(10));
    }

    [Fact]
    public void A_list_that_is_short_once_says_nothing()
    {
        Missing(0);
        Listed(1);
        Assert.Empty(Missing(11));
    }

    [Fact]
    public void While_nobody_answers_nothing_is_known()
    {
        Missing(0);
        for (var minute = 1; minute <= 20; minute++)
        {
            Assert.Empty(Look(minute, [], []));
        }

        Assert.Empty(Missing(21));
    }

    [Fact]
    public void Two_short_lists_with_hours_between_them_are_no_absence()
    {
        Missing(0);
        Assert.Empty(Missing(300));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void However_seldom_is_looked_a_service_that_stays_away_is_gone(int every)
    {
        options.PollInterval = TimeSpan.FromMinutes(every);
        IReadOnlySet<string> gone = new HashSet<string>();
        for (var minute = 0; minute < 10 + every; minute += every)
        {
            gone = Missing(minute);
        }

        Assert.Equal(["api"], gone);
    }

    [Fact]
    public void Looks_that_are_seconds_apart_do_not_write_the_row_each_time()
    {
        var writes = 0;
        for (var second = 0; second < 120; second += 5)
        {
            var before = api;
            Missing(second / 60.0);
            writes += api != before ? 1 : 0;
        }

        Assert.Equal(2, writes);
    }

    private IReadOnlySet<string> Missing(double minute) => Look(minute, [], ["api"]);

    private void Listed(double minute) => Look(minute, [new ObservedService("api", "api", null, [], [])], []);

    private IReadOnlySet<string> Look(double minute, IReadOnlyList<ObservedService> listed, string[] absent)
    {
        var orientation = Orienter.Orient(
            new Picture(Noon.AddMinutes(minute), listed, new Dictionary<string, HealthCheck>(), []) { Absent = absent.ToHashSet() },
            [api], Array.Empty<Deployment>().ToLookup(one => one.ServiceId), options);
        api = orientation.Services.SingleOrDefault() ?? api;
        return orientation.Gone;
    }
}
