using System.Globalization;

namespace Steward.Operations.Decide;

/// <summary>Spans of time as people say them.</summary>
internal static class Spans
{
    /// <summary>Such as <c>12 s</c>, <c>2.5 minutes</c> or <c>3 days</c>; seconds below a minute, then minutes, hours and days from twice of each.</summary>
    public static string Words(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromMinutes(1) => $"{Number(time.TotalSeconds)} s",
        _ when time < TimeSpan.FromHours(2) => $"{Number(time.TotalMinutes)} {(Number(time.TotalMinutes) == "1" ? "minute" : "minutes")}",
        _ when time < TimeSpan.FromDays(2) => $"{Number(time.TotalHours)} hours",
        _ => $"{Number(time.TotalDays)} days",
    };

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}
