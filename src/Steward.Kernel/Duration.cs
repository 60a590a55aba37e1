using System.Globalization;
using System.Text.RegularExpressions;

namespace Steward.Kernel;

/// <summary>
/// Spans of time as people write them: <c>hh:mm:ss</c> with as many hours as they like, or with days before it (<c>1.12:00:00</c>), and
/// with a fraction of a second behind it. <c>TimeSpan.Parse</c> takes <c>24:00:00</c> for 24 days.
/// </summary>
public static partial class Duration
{
    /// <summary>Reads one; false when the text is none.</summary>
    public static bool TryRead(string? text, out TimeSpan span)
    {
        var found = Words().Match(text ?? "");
        int Part(string name) => found.Groups[name] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;
        var ticks = found.Groups["fraction"] is { Success: true } fraction ? long.Parse(fraction.Value.PadRight(7, '0'), CultureInfo.InvariantCulture) : 0;
        span = found.Success ? new TimeSpan(Part("days"), Part("hours"), Part("minutes"), Part("seconds")) + new TimeSpan(ticks) : default;
        return found.Success;
    }

    [GeneratedRegex(@"^(?:(?<days>[0-9]{1,5})\.(?<hours>[01]?[0-9]|2[0-3])|(?<hours>[0-9]{1,6})):(?<minutes>[0-5][0-9]):(?<seconds>[0-5][0-9])(?:\.(?<fraction>[0-9]{1,7}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
