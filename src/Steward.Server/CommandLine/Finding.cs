namespace Steward.Server.CommandLine;

/// <summary>How a check came out.</summary>
internal enum Verdict
{
    Ok,
    Warn,
    Fail,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">How it came out.</param>
/// <param name="Found">What was seen.</param>
/// <param name="Advice">What to do, where something is to be done.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Found, string? Advice = null)
{
    public string Word => Verdict switch { Verdict.Ok => "ok", Verdict.Warn => "warn", _ => "fail" };

    public static Finding Ok(string check, string found) => new(check, Verdict.Ok, found);

    public static Finding Warn(string check, string found, string advice) => new(check, Verdict.Warn, found, advice);

    public static Finding Fail(string check, string found, string advice) => new(check, Verdict.Fail, found, advice);
}
