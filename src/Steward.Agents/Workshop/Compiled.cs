namespace Steward.Agents.Workshop;

/// <summary>What came of compiling.</summary>
/// <param name="Assembly">The assembly; null when there are errors.</param>
/// <param name="Declaration">The agent's declaration, as JSON; null when it does not compile.</param>
/// <param name="Tests">The names of its tests.</param>
/// <param name="Diagnostics">What the compiler says.</param>
public sealed record Compiled(byte[]? Assembly, string? Declaration, IReadOnlyList<string> Tests, IReadOnlyList<CompilerMessage> Diagnostics)
{
    /// <summary>The source as it was checked, formatted; null when it was only compiled, or is no C#.</summary>
    public string? Formatted { get; init; }

    /// <summary>The tools by which the source can send something to others than its owner; known when it was checked.</summary>
    public IReadOnlyList<string> Sends { get; init; } = [];
}

/// <summary>What the compiler says about a place.</summary>
/// <param name="Id">Its number, such as <c>CS0103</c>.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Message">In English.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record CompilerMessage(string Id, string Severity, string Message, int Line, int Column)
{
    /// <inheritdoc />
    public override string ToString() => $"({Line},{Column}): {Severity} {Id}: {Message}";
}

/// <summary>How a test of an agent went.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Fault">Why not.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record TestOutcome(string Name, bool Passed, string? Fault, double Milliseconds);
