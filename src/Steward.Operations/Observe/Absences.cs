namespace Steward.Operations.Observe;

/// <summary>Since when services are missing from the lists of those who should have them.</summary>
internal sealed class Absences
{
    // A list that is short once is a provider's bad moment. What is deleted stays away.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    // Who has not looked for so long knows nothing of the time between.
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);
    private DateTimeOffset last;

    /// <summary>Notes one look.</summary>
    /// <param name="at">When it was.</param>
    /// <param name="listed">The services that were listed.</param>
    /// <param name="absent">Those that were not although whoever has them answered.</param>
    /// <returns>Those that have been absent for so long that they count as gone.</returns>
    public IReadOnlySet<string> Note(DateTimeOffset at, IEnumerable<string> listed, IReadOnlyCollection<string> absent)
    {
        if (at - last > Gap)
        {
            since.Clear();
        }

        last = at;
        foreach (var service in listed)
        {
            since.Remove(service);
        }

        foreach (var service in absent)
        {
            since.TryAdd(service, at);
        }

        return absent.Where(service => at - since[service] >= Long).ToHashSet(StringComparer.Ordinal);
    }
}
