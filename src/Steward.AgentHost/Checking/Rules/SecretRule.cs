using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;
using Steward.Platform.Telemetry;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>No secret stands in a source: not by the look of it, not by what its name says, not by chance alone explaining it.</summary>
internal static class SecretRule
{
    private const string Instead = "Nobody's secret belongs into a source. Declare a setting for what its owner has to give, or have Steward's own tools (github, railway, n8n) use theirs.";

    private static readonly System.Buffers.SearchValues<char> NoKey = System.Buffers.SearchValues.Create("{}<>[]()$");

    private static readonly string[] Placeholders = ["example", "changeme", "change-me", "your", "placeholder", "dummy", "sample", "redacted", "xxxx", "****", "1234", "abcd", "test", "fake", "secret", "password", "token"];

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var token in at.Root.DescendantTokens().Where(token => token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken))
        {
            if (Fault(at, token, token.ValueText) is { } fault)
            {
                yield return Inspected.Error(fault.Id, fault.Words, token);
            }
        }

        // A secret in pieces is one when it is put together.
        foreach (var whole in at.Operations.Where(operation => operation.Type?.SpecialType == SpecialType.System_String && TextParts.AreSeveral(at, operation)))
        {
            if (TextParts.Wholes(at, whole).Select(text => Fault(at, whole.Syntax.GetFirstToken(), text, whole.Syntax is ExpressionSyntax value ? Owner(at, value) : null)).FirstOrDefault(found => found is not null) is { } fault)
            {
                yield return Inspected.Error(fault.Id, fault.Words, whole.Syntax);
            }
        }

        // A setting is the place for an id that looks drawn by lot, but not for a key.
        foreach (var (setting, values) in at.Declared.Defaults.Where(one => Redactor.NamesSecret(one.Key) && one.Value.Any(value => IsKey(value, isTest: false))))
        {
            yield return at.DeclarationError("AGENT170", $"The default of the setting '{setting}' is a secret by its name and its look. Leave it out: its owner gives it.");
        }

        foreach (var comment in at.Root.DescendantTrivia(descendIntoTrivia: false).Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia))
        {
            if (ByLook(comment.ToFullString()) is { } fault)
            {
                yield return Compiler.Message(fault.Id, "error", fault.Words, comment.GetLocation());
            }
        }
    }

    private static (string Id, string Words)? Fault(Inspected at, SyntaxToken token, string text, string? owner = null)
    {
        var isTest = at.IsTest(token.Parent!);
        owner ??= token.Parent is ExpressionSyntax literal ? Owner(at, literal) : null;
        return ByLook(text)
            ?? (owner is not null && Redactor.NamesSecret(owner) && IsKey(text, isTest) ? ((string, string)?)("AGENT170", $"'{owner}' holds a secret by its name and its look. {Instead}") : null)
            ?? (Redactor.NamedIn(text).Any(value => IsKey(value, isTest)) ? ((string, string)?)("AGENT170", $"A name in this text says that a secret follows. {Instead}") : null)
            ?? (!isTest && IsRandom(at.Declared.Defaults.Values.SelectMany(values => values).Where(value => value.Length > 0).Aggregate(text, (rest, value) => rest.Replace(value, "", StringComparison.Ordinal))) ? ((string, string)?)("AGENT170", $"This looks like a key: no word, no address and no hash looks like it. {Instead}") : null);
    }

    private static (string Id, string Words)? ByLook(string text) => Redactor.LoginIn(text) is not null
        ? ("AGENT171", $"An address with a user and a password in it is a secret. {Instead}")
        : Redactor.SecretIn(text) is { } secret ? ("AGENT170", $"'{secret[..Math.Min(4, secret.Length)]}...' is a secret by its look. {Instead}") : null;

    // What a text is assigned to, or handed over as.
    private static string? Owner(Inspected at, ExpressionSyntax literal) => literal.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax one } => one.Identifier.Text,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax one } => one.Identifier.Text,
        ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax one } => one.Identifier.Text,
        AssignmentExpressionSyntax { Left: ImplicitElementAccessSyntax or ElementAccessExpressionSyntax } one => one.Left.DescendantNodes().OfType<LiteralExpressionSyntax>().FirstOrDefault()?.Token.ValueText,
        AssignmentExpressionSyntax one => one.Left.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().LastOrDefault()?.Identifier.Text,
        AnonymousObjectMemberDeclaratorSyntax one => one.NameEquals?.Name.Identifier.Text,
        ArgumentSyntax { NameColon: { } name } => name.Name.Identifier.Text,
        // headers.Add("X-Api-Key", "...")
        ArgumentSyntax { Parent: ArgumentListSyntax list } one when list.Arguments.IndexOf(one) is var index and > 0 && list.Arguments[index - 1].Expression is LiteralExpressionSyntax name && name.IsKind(SyntaxKind.StringLiteralExpression) => name.Token.ValueText,
        ArgumentSyntax one => (at.Model.GetOperation(one) as IArgumentOperation)?.Parameter?.Name,
        ExpressionSyntax outer => Owner(at, outer),
        _ => null,
    };

    // A value that somebody was given, and not the name of a field, a selector or a word.
    private static bool IsKey(string value, bool isTest)
    {
        value = value.Trim();
        if (value.Any(char.IsWhiteSpace) || value.AsSpan().ContainsAny(NoKey) || value.Contains("://", StringComparison.Ordinal) || (Guid.TryParse(value, out _) && isTest))
        {
            return false;
        }

        // "your-token" and "test-key-2030" are none; what is as mixed as a key stays one, whatever word is in it.
        var rest = Placeholders.Aggregate(value, (text, word) => text.Replace(word, " ", StringComparison.OrdinalIgnoreCase));
        value = rest == value ? value : string.Concat(rest.Split([' ', '-', '_', '.', '/', ':']).Where(word => word.Any(char.IsAsciiDigit) && word.Any(char.IsAsciiLetter)));
        if (value.Length < (isTest ? 16 : 6))
        {
            return false;
        }

        var kinds = (value.Any(char.IsAsciiLetter) ? 1 : 0) + (value.Any(char.IsAsciiDigit) ? 1 : 0) + (value.Any(sign => !char.IsAsciiLetterOrDigit(sign) && sign is not ('_' or '-' or '.' or '/')) ? 1 : 0);
        return kinds >= 2 && Entropy(value) >= (isTest ? 3.5 : 2.5);
    }

    // As random as a key, in the alphabet of one: no hash in hex, no id, no words in base64, no path, no identifier.
    private static bool IsRandom(string text) => text.Split([' ', '\n', '"', '\'', ',', ';', '=', ':', '\t'], StringSplitOptions.RemoveEmptyEntries).Any(word =>
        word.Length is >= 32 and <= 200 && word.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '+' or '/' or '_' or '-') && word.Count(sign => sign is '/' or '-' or '_') <= 4
        && word.Any(char.IsAsciiDigit) && word.Any(char.IsAsciiLetterUpper) && word.Any(char.IsAsciiLetterLower) && !word.All(char.IsAsciiHexDigit) && Entropy(word) >= 4.4 && Changes(word) >= 0.35 && !IsText(word));

    private static double Entropy(string text) => text.GroupBy(sign => sign).Sum(group => -(double)group.Count() / text.Length * Math.Log2((double)group.Count() / text.Length));

    // How often upper case, lower case and digits follow each other: in identifiers seldom.
    private static double Changes(string word) => (double)word.Zip(word.Skip(1)).Count(pair => Kind(pair.First) != Kind(pair.Second)) / (word.Length - 1);

    private static int Kind(char sign) => char.IsAsciiDigit(sign) ? 0 : char.IsAsciiLetterUpper(sign) ? 1 : char.IsAsciiLetterLower(sign) ? 2 : 3;

    private static bool IsText(string word)
    {
        var bytes = new byte[word.Length];
        return Convert.TryFromBase64String(word.Length % 4 == 0 ? word : word.PadRight(word.Length + (4 - (word.Length % 4)), '='), bytes, out var length) && bytes.Take(length).All(one => one is >= 9 and < 127);
    }
}
