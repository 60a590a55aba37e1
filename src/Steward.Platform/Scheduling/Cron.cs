using System.Globalization;
using System.Numerics;

namespace Steward.Platform.Scheduling;

/// <summary>
/// A cron expression as crontab(5) has it: minute, hour, day of the month, month, day of the week; with six fields seconds come
/// first. Numbers, names (JAN, SUN), lists, ranges and steps; 0 and 7 are Sunday. Where both days are restricted, either will do.
/// </summary>
internal sealed class Cron
{
    // 29 February may be eight years away (1896 to 1904).
    private const int YearsAhead = 9;

    private static readonly Dictionary<string, string> Macros = new(StringComparer.Ordinal)
    {
        ["@yearly"] = "0 0 1 1 *", ["@annually"] = "0 0 1 1 *", ["@monthly"] = "0 0 1 * *", ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *", ["@midnight"] = "0 0 * * *", ["@hourly"] = "0 * * * *",
    };

    private static readonly Field[] Fields =
    [
        new("second", 0, 59, []), new("minute", 0, 59, []), new("hour", 0, 23, []), new("day of the month", 1, 31, []),
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("day of the week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    private readonly ulong seconds;
    private readonly ulong minutes;
    private readonly ulong hours;
    private readonly ulong days;
    private readonly ulong months;
    private readonly ulong weekdays;
    private readonly bool eitherDay;

    private Cron(ulong[] masks, bool eitherDay)
    {
        (seconds, minutes, hours, days, months) = (masks[0], masks[1], masks[2], masks[3], masks[4]);
        weekdays = (masks[5] | (masks[5] >> 7)) & 0x7f;
        this.eitherDay = eitherDay;
    }

    /// <summary>True when every hour has its times: then it goes by elapsed time, whatever clocks are set to.</summary>
    public bool IsEveryHour => BitOperations.PopCount(hours) == 24;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="fault">What is wrong, as a half sentence; null when nothing is.</param>
    public static Cron? Read(string text, out string? fault)
    {
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is [['@', ..] name])
        {
            if (!Macros.TryGetValue(name, out var meant))
            {
                fault = $"there is no '{name}' among {string.Join(", ", Macros.Keys)}";
                return null;
            }

            words = meant.Split(' ');
        }

        if (words.Length is not (5 or 6))
        {
            fault = $"it has {words.Length} fields, not five or six";
            return null;
        }

        string[] six = words.Length == 6 ? words : ["0", .. words];
        var masks = new ulong[six.Length];
        for (var place = 0; place < six.Length; place++)
        {
            if (Fields[place].Read(six[place]) is not { } mask)
            {
                fault = $"'{six[place]}' is no {Fields[place].Name} ({Fields[place].Least} to {Fields[place].Most})";
                return null;
            }

            masks[place] = mask;
        }

        var cron = new Cron(masks, !six[3].Contains('*', StringComparison.Ordinal) && !six[5].Contains('*', StringComparison.Ordinal));
        fault = cron.Next(new DateTime(2000, 1, 1)) is null ? "no calendar has such a day" : null;
        return fault is null ? cron : null;
    }

    /// <summary>The first time after the given one, by a clock that is never changed; null when there is none in the next years.</summary>
    public DateTime? Next(DateTime after)
    {
        var time = new DateTime(after.Ticks - (after.Ticks % TimeSpan.TicksPerSecond)).AddSeconds(1);
        for (var last = Math.Min(time.Year + YearsAhead, 9998); time.Year <= last;)
        {
            if (!Has(months, time.Month))
            {
                time = new DateTime(time.Year, time.Month, 1).AddMonths(1);
            }
            else if (!IsDay(time))
            {
                time = time.Date.AddDays(1);
            }
            else if (!Has(hours, time.Hour))
            {
                time = time.Date.AddHours(time.Hour + 1);
            }
            else if (!Has(minutes, time.Minute))
            {
                time = time.Date.AddHours(time.Hour).AddMinutes(time.Minute + 1);
            }
            else if (!Has(seconds, time.Second))
            {
                time = time.AddSeconds(1);
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    private bool IsDay(DateTime time)
    {
        var (day, weekday) = (Has(days, time.Day), Has(weekdays, (int)time.DayOfWeek));
        return eitherDay ? day || weekday : day && weekday;
    }

    private static bool Has(ulong mask, int bit) => (mask >> bit & 1) == 1;

    private sealed record Field(string Name, int Least, int Most, string[] Names)
    {
        /// <summary>A bit for each value that the text names; null when it is not understood.</summary>
        public ulong? Read(string text)
        {
            var mask = 0UL;
            foreach (var part in text.Split(','))
            {
                if (Part(part) is not { } bits)
                {
                    return null;
                }

                mask |= bits;
            }

            return mask;
        }

        private ulong? Part(string part)
        {
            var (range, step) = part.Split('/') switch
            {
                [var whole] => (whole, 1),
                [var whole, var by] when Number(by) is { } number and > 0 => (whole, number),
                _ => ("", 0),
            };
            var (from, to) = range == "*" ? (Least, Most) : range.Split('-') switch
            {
                [var one] when Value(one) is { } value => (value, part.Contains('/', StringComparison.Ordinal) ? Most : value),
                [var first, var last] when Value(first) is { } low && Value(last) is { } high => (low, Least == 0 && Most == 7 && high == 0 && low > 0 ? 7 : high),
                _ => (1, 0),
            };
            if (from > to || step == 0)
            {
                return null;
            }

            var mask = 0UL;
            for (var value = from; value <= to; value += step)
            {
                mask |= 1UL << value;
            }

            return mask;
        }

        private int? Value(string text) =>
            Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is var place and >= 0 ? place + Least
            : Number(text) is { } number && number >= Least && number <= Most ? number : null;

        private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
