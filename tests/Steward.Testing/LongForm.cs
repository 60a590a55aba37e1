namespace Steward.Testing;

/// <summary>How long a test that can be of any length is to be: short by default, long with <c>./test --all</c>.</summary>
public static class LongForm
{
    /// <summary>True when the long forms are wanted.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable("STEWARD_TEST_ALL") == "1";

    /// <summary>The number for now.</summary>
    public static int Or(int inShort, int inLong) => IsOn ? inLong : inShort;
}
