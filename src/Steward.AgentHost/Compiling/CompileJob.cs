namespace Steward.AgentHost.Compiling;

/// <summary>Source text to be compiled.</summary>
/// <param name="Number">Which job it is; the answer names it.</param>
/// <param name="Name">The assembly's name.</param>
/// <param name="Source">One C# file.</param>
/// <param name="Check">Whether it is formatted first and held against the rules for what nobody has read.</param>
internal sealed record CompileJob(long Number, string Name, string Source, bool Check = false);

/// <summary>What the server is told.</summary>
/// <param name="Number">Which job it was.</param>
/// <param name="Compiled">What came of it.</param>
internal sealed record CompileAnswer(long Number, Compiled Compiled);

/// <summary>What came of it.</summary>
/// <param name="Assembly">The assembly with its symbols; null when there are errors.</param>
/// <param name="Declaration">The JSON of the one declared agent; null when it does not compile.</param>
/// <param name="Tests">The names of its tests.</param>
/// <param name="Diagnostics">What the compiler says, errors and warnings, and what a check found.</param>
internal sealed record Compiled(byte[]? Assembly, string? Declaration, IReadOnlyList<string> Tests, IReadOnlyList<CompilerMessage> Diagnostics)
{
    /// <summary>The source as it was checked, formatted; null when it was not to be checked, or is no C#.</summary>
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
internal sealed record CompilerMessage(string Id, string Severity, string Message, int Line, int Column);
