using System.Text.Json;
using System.Text.RegularExpressions;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>Cuts a document into tokens. White space, commas and comments mean nothing in GraphQL.</summary>
internal sealed partial class Lexer
{
    private readonly List<string> tokens = [];
    private int next;

    public Lexer(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var match = Token().Match(text, at);
            if (!match.Success)
            {
                throw new GraphQlException($"Syntax Error: Unexpected character: \"{text[at]}\".");
            }

            if (match.Groups["token"].Success)
            {
                tokens.Add(match.Value);
            }

            at += match.Length;
        }
    }

    public bool AtEnd => next == tokens.Count;

    /// <summary>The token that comes next; empty at the end.</summary>
    public string Peek => AtEnd ? "" : tokens[next];

    public string Take() => AtEnd ? throw new GraphQlException("Syntax Error: Unexpected <EOF>.") : tokens[next++];

    public bool TryTake(string token)
    {
        var found = Peek == token;
        next += found ? 1 : 0;
        return found;
    }

    public void Expect(string token)
    {
        if (!TryTake(token))
        {
            throw new GraphQlException($"Syntax Error: Expected \"{token}\", found \"{(AtEnd ? "<EOF>" : Peek)}\".");
        }
    }

    public string TakeName()
    {
        var token = Take();
        return char.IsLetter(token[0]) || token[0] == '_'
            ? token
            : throw new GraphQlException($"Syntax Error: Expected Name, found \"{token}\".");
    }

    /// <summary>The text of a string token. GraphQL's escapes are JSON's.</summary>
    public static string Unquote(string token) => JsonSerializer.Deserialize<string>(token) ?? "";

    [GeneratedRegex("""\G(?:[\s,\uFEFF]+|#[^\r\n]*|(?<token>[A-Za-z_]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\r\n]|\\.)*"|\.\.\.|[!$():=@\[\]{}|&]))""")]
    private static partial Regex Token();
}
