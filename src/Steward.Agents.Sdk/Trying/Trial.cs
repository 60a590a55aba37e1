namespace Steward.Agents.Sdk.Trying;

/// <summary>
/// What only whoever tries an agent knows while its tests run. No test has to do with it: one that knew could pass with the agent alone,
/// so nothing of this namespace may be used in a source that is checked, and models are not shown it.
/// </summary>
public static class Trial
{
    private static readonly AsyncLocal<Agent?> Other = new();
    private static int asked;

    /// <summary>Who runs in the place of every agent, in what is begun from here on: it shows what a test notices.</summary>
    public static Agent? Instead
    {
        get => Other.Value;
        set => Other.Value = value;
    }

    /// <summary>How many expectations were held against the truth so far: a test that expects nothing proves nothing.</summary>
    public static int Asked => asked;

    internal static void Ask() => Interlocked.Increment(ref asked);
}
