using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Formatting;

namespace Steward.AgentHost.Checking;

/// <summary>Puts a source into the form that all of them have: how it is formatted is not argued about.</summary>
internal sealed class Formatting : IDisposable
{
    private readonly AdhocWorkspace workspace = new();

    public Formatting() =>
        workspace.TryApplyChanges(workspace.CurrentSolution.WithOptions(workspace.Options.WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, "\n")));

    /// <summary>The formatted text, or null where it is no C#, which the compiler then says.</summary>
    public string? Format(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source.ReplaceLineEndings("\n"), new CSharpParseOptions(LanguageVersion.Latest)).GetRoot();
        return root.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? null : $"{Formatter.Format(root, workspace).ToFullString().Trim()}\n";
    }

    /// <inheritdoc />
    public void Dispose() => workspace.Dispose();
}
