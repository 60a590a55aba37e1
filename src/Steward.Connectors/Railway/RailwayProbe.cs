using System.Globalization;

namespace Steward.Connectors.Railway;

/// <summary>What came of a question to which a refusal is an answer.</summary>
/// <param name="Data">The answer; null when it was refused.</param>
/// <param name="Refusal">Why it was refused, for people; null when it was not.</param>
/// <param name="Ahead">How far our clock is ahead of Railway's, negative when it is behind; null when Railway does not say.</param>
internal sealed record RailwayProbe<T>(T? Data, string? Refusal, TimeSpan? Ahead)
    where T : class
{
    /// <summary>How far our clock is ahead of the answer's Date, which has whole seconds and was written somewhere between sending and receiving.</summary>
    public static TimeSpan? Compare(string? date, DateTimeOffset sent, DateTimeOffset received) =>
        !DateTimeOffset.TryParseExact(date, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs) ? null
        : sent > theirs.AddSeconds(1) ? sent - theirs.AddSeconds(1)
        : received < theirs ? received - theirs
        : TimeSpan.Zero;
}
