using Steward.Operations.Observe;

namespace Steward.Operations.Tests.Sources;

/// <summary>When a service that its provider does not list counts as gone.</summary>
public sealed class AbsencesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly Absences absences = new();

    [Fact]
    public void A_service_is_gone_when_it_was_missing_for_ten_minutes()
    {
        for (var minute = 0; minute < 10; minute++)
        {
            Assert.Empty(absences.Note(Noon.AddMinutes(minute), ["web"], ["api"]));
        }

        Assert.Equal(["api"], absences.Note(Noon.AddMinutes(10), ["web"], ["api"]));
    }

    [Fact]
    public void A_list_that_is_short_once_says_nothing()
    {
        absences.Note(Noon, [], ["web"]);
        absences.Note(Noon.AddMinutes(1), ["web"], []);
        Assert.Empty(absences.Note(Noon.AddMinutes(11), [], ["web"]));
    }

    [Fact]
    public void While_nobody_answers_nothing_is_known()
    {
        for (var minute = 0; minute <= 20; minute++)
        {
            Assert.Empty(absences.Note(Noon.AddMinutes(minute), [], minute == 0 ? ["web"] : []));
        }
    }

    [Fact]
    public void Two_short_lists_with_hours_between_them_are_no_absence()
    {
        absences.Note(Noon, [], ["web"]);
        Assert.Empty(absences.Note(Noon.AddHours(5), [], ["web"]));
    }
}
