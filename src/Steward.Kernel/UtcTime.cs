using System.Globalization;

namespace Steward.Kernel;

/// <summary>
/// Time as Steward keeps it: UTC with microseconds, the finest grain that PostgreSQL and our SQLite text share, so that
/// a stored instant reads back equal and hashes the same on both.
/// </summary>
public static class UtcTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The clock's time in UTC, cut to whole microseconds.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => Truncate(clock.GetUtcNow());

    /// <summary>The instant in UTC, cut to whole microseconds.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return new DateTimeOffset(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    /// <summary>ISO 8601 of fixed width with a zone (<c>2026-11-20T13:22:17.123456Z</c>): sorts as text in order of time.</summary>
    public static string ToText(DateTimeOffset time) =>
        time.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
