using System.Globalization;

namespace Steward.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Goal">What it has to be.</param>
/// <param name="Measured">What it was.</param>
/// <param name="Met">Whether that is good enough.</param>
internal sealed record Figure(string What, string Goal, string Measured, bool Met);

/// <summary>Order statistics of a sample, nearest rank.</summary>
internal static class Sample
{
    public static double At(this IReadOnlyCollection<double> sample, double share) =>
        sample.Order().ElementAt(Math.Clamp((int)Math.Ceiling(share * sample.Count) - 1, 0, sample.Count - 1));

    public static string Text(this IReadOnlyCollection<double> milliseconds) => string.Create(CultureInfo.InvariantCulture,
        $"p50 {milliseconds.At(0.5):0.0#} ms, p95 {milliseconds.At(0.95):0.0#} ms, p99 {milliseconds.At(0.99):0.0#} ms (n = {milliseconds.Count})");
}
