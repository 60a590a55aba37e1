namespace Steward.Operations.Tests.Years;

/// <summary>
/// All chance of a run, from one seed. A draw is a hash of what it is about, not the next number of a row: it is the same
/// in whatever order things are asked.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>A number from 0 up to 1.</summary>
    public double Draw(string what, DateTimeOffset at) => (Hash(what, at.UtcTicks) >> 11) * (1.0 / (1UL << 53));

    /// <summary>True in this share of the cases.</summary>
    public bool Happens(double share, string what, DateTimeOffset at) => Draw(what, at) < share;

    /// <summary>A time between two others.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most, string what, DateTimeOffset at) => least + ((most - least) * Draw(what, at));

    /// <summary>A source of numbers for what wants them in a row.</summary>
    public Random Row(string what) => new((int)Hash(what, 0));

    private ulong Hash(string what, long number)
    {
        // FNV-1a over everything, then the finisher of SplitMix64: every bit of the input moves every bit of the result.
        var hash = Offset ^ seed;
        foreach (var letter in what)
        {
            hash = (hash ^ letter) * Prime;
        }

        for (var shift = 0; shift < 64; shift += 8)
        {
            hash = (hash ^ (byte)(number >> shift)) * Prime;
        }

        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }
}
