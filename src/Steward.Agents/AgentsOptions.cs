using System.ComponentModel.DataAnnotations;

namespace Steward.Agents;

/// <summary>How agents are run. Section <c>Agents</c>.</summary>
public sealed class AgentsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Agents";

    /// <summary>How many runs a node has at once, 1 to 64; the others wait in the ledger.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 5;

    /// <summary>How many processes wait for the next run, 0 to 64: a run that finds one begins in a few milliseconds. Each takes about 8 MB beside what all .NET processes share.</summary>
    [Range(0, 64)]
    public int Parked { get; set; } = 2;

    /// <summary>How long the compiler stays after its last job, 10 s to 1 hour. It takes about 200 MB.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan CompilerStays { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many calls of tools a run may make in a minute, 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int CallsPerMinute { get; set; } = 60;

    /// <summary>How many calls of tools an agent may make in an hour, 1 to 100 000.</summary>
    [Range(1, 100_000)]
    public int CallsPerHour { get; set; } = 1000;

    /// <summary>How many messages an agent may send people in an hour on each node, 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int MessagesPerHour { get; set; } = 100;

    /// <summary>How often all agents together may ask each of GitHub, Railway and n8n in an hour on each node, 1 to 100 000: what those answer in an hour is bounded, and Steward needs it itself.</summary>
    [Range(1, 100_000)]
    public int ReadingsPerHour { get; set; } = 300;

    /// <summary>How many questions all agents together may ask a model in any 24 hours, over all nodes, 0 to 100 000. The bound of what they cost.</summary>
    [Range(0, 100_000)]
    public int ModelCallsPerDay { get; set; } = 100;

    /// <summary>
    /// How many long texts of runs a model may be asked to say in short for the next run in any 24 hours, for all agents together and
    /// over all nodes, 0 to 100 000. With 0, or without a model, they are cut.
    /// </summary>
    [Range(0, 100_000)]
    public int SummariesPerDay { get; set; } = 50;

    /// <summary>How many runs of an agent its webhook may start in a minute on each node, 1 to 1000; further calls are answered with 429.</summary>
    [Range(1, 1000)]
    public int HooksPerMinute { get; set; } = 60;

    /// <summary>
    /// The program of Chromium, its full path: the binary itself and not a script that starts it. Nothing looks where Debian and
    /// others have it; without one the browser tools answer <c>not-set-up</c>.
    /// </summary>
    public string Browser { get; set; } = "";

    /// <summary>How many browsers a node has at once, 1 to 8, one for each run that uses one; the next waits half a minute. Each takes about 0.5 GB, 1 GB at the most.</summary>
    [Range(1, 8)]
    public int Browsers { get; set; } = 2;

    /// <summary>How many agents there may be, 1 to 100 000.</summary>
    [Range(1, 100_000)]
    public int Most { get; set; } = 20_000;
}
