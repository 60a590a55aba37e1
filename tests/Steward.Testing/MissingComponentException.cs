namespace Steward.Testing;

/// <summary>
/// Something that a test needs is not installed. The test is skipped with the reason; where everything has to be there
/// (<c>CI=true</c> or <c>STEWARD_TEST_REQUIRE=all</c>) it fails.
/// </summary>
public sealed class MissingComponentException : Exception
{
    // What xunit v3 takes for a skip when a message begins with it: DynamicSkipToken.Value in xunit.v3.common.
    private const string SkipToken = "$XunitDynamicSkip$";

    /// <summary>Names what is missing and how to get it.</summary>
    public MissingComponentException(string reason)
        : base(IsRequired ? reason : SkipToken + reason)
    {
    }

    /// <summary>True where a missing component is a failure.</summary>
    public static bool IsRequired =>
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("STEWARD_TEST_REQUIRE") == "all";
}
