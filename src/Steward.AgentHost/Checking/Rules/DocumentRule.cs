using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>People can read what an agent is for: its purpose, a summary above its class, and what each setting means.</summary>
internal static class DocumentRule
{
    private const int Shortest = 10;
    private const int ShortestAbout = 3;

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        if (at.Declared.IsRead && at.Declared.Purpose.Trim().Length < Shortest)
        {
            yield return at.DeclarationError("AGENT180", "The purpose says too little. Write one sentence for people: what it looks at, and what it tells.");
        }

        var type = at.Agent.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<TypeDeclarationSyntax>().First();
        var summary = type.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>().SelectMany(comment => comment.Content.OfType<XmlElementSyntax>()).FirstOrDefault(element => element.StartTag.Name.LocalName.Text == "summary");
        if (summary is null || summary.Content.ToString().Trim(' ', '/', '\n').Length < Shortest)
        {
            yield return Inspected.Error("AGENT180", "The agent's class has no summary. Write /// <summary>What it does and for whom.</summary> above its declaration.", type.Identifier);
        }

        foreach (var setting in at.Declared.Abouts.Where(setting => setting.Value.Trim().Length < ShortestAbout))
        {
            yield return at.DeclarationError("AGENT180", $"Nobody can tell what the setting '{setting.Key}' means. Write an \"about\" for people.");
        }
    }
}
