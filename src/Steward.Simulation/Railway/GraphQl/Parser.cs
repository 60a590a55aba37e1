using System.Text.Json.Nodes;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>
/// Reads the part of GraphQL that a connector needs: operations, variables, fields, aliases, arguments. No fragments, no
/// directives, no block strings: they are refused, not ignored.
/// </summary>
internal sealed class Parser
{
    // Far deeper than any document of a connector, far shallower than the stack.
    private const int MaxDepth = 32;
    private readonly Lexer lexer;
    private int depth;

    private Parser(string text) => lexer = new Lexer(text);

    /// <exception cref="GraphQlException">The text is not such a document.</exception>
    public static Document Parse(string text)
    {
        var parser = new Parser(text);
        var operations = new List<Operation>();
        while (!parser.lexer.AtEnd)
        {
            operations.Add(parser.Operation());
        }

        return operations.Count > 0 ? new Document(operations) : throw new GraphQlException("Syntax Error: Unexpected <EOF>.");
    }

    private Operation Operation()
    {
        if (lexer.Peek == "{")
        {
            return new Operation("query", null, [], Selections());
        }

        var kind = lexer.Take();
        if (kind is not ("query" or "mutation"))
        {
            throw new GraphQlException($"Syntax Error: Unexpected \"{kind}\".");
        }

        var name = lexer.Peek is "(" or "{" ? null : lexer.TakeName();
        return new Operation(kind, name, Variables(), Selections());
    }

    private List<VariableDefinition> Variables()
    {
        var variables = new List<VariableDefinition>();
        if (lexer.TryTake("("))
        {
            while (!lexer.TryTake(")"))
            {
                lexer.Expect("$");
                var name = lexer.TakeName();
                lexer.Expect(":");
                variables.Add(new VariableDefinition(name, Type(), lexer.TryTake("=") ? Value() : null));
            }
        }

        return variables;
    }

    private string Type()
    {
        Descend();
        string type;
        if (lexer.TryTake("["))
        {
            type = $"[{Type()}]";
            lexer.Expect("]");
        }
        else
        {
            type = lexer.TakeName();
        }

        depth--;
        return lexer.TryTake("!") ? type + "!" : type;
    }

    private List<Selection> Selections()
    {
        Descend();
        var selections = new List<Selection>();
        lexer.Expect("{");
        while (!lexer.TryTake("}"))
        {
            var name = lexer.TakeName();
            var field = lexer.TryTake(":") ? lexer.TakeName() : name;
            selections.Add(new Selection(name, field, Arguments(), lexer.Peek == "{" ? Selections() : []));
        }

        depth--;
        return selections.Count > 0 ? selections : throw new GraphQlException("Syntax Error: Expected Name, found \"}\".");
    }

    private Dictionary<string, Literal> Arguments()
    {
        var arguments = new Dictionary<string, Literal>();
        if (lexer.TryTake("("))
        {
            while (!lexer.TryTake(")"))
            {
                var name = lexer.TakeName();
                lexer.Expect(":");
                arguments[name] = Value();
            }
        }

        return arguments;
    }

    private Literal Value() => lexer.TryTake("$") ? new Literal(lexer.TakeName(), null) : new Literal(null, Constant());

    private JsonNode? Constant()
    {
        Descend();
        var token = lexer.Take();
        JsonNode? value = token switch
        {
            "[" => Items(),
            "{" => Members(),
            "null" => null,
            "true" => true,
            "false" => false,
            ['"', ..] => Lexer.Unquote(token),
            [var first, ..] when char.IsDigit(first) || first == '-' => JsonNode.Parse(token),
            [var first, ..] when char.IsLetter(first) || first == '_' => token,
            _ => throw new GraphQlException($"Syntax Error: Unexpected \"{token}\"."),
        };
        depth--;
        return value;
    }

    private JsonArray Items()
    {
        var items = new JsonArray();
        while (!lexer.TryTake("]"))
        {
            items.Add(Constant());
        }

        return items;
    }

    private JsonObject Members()
    {
        var members = new JsonObject();
        while (!lexer.TryTake("}"))
        {
            var name = lexer.TakeName();
            lexer.Expect(":");
            members[name] = Constant();
        }

        return members;
    }

    private void Descend()
    {
        if (++depth > MaxDepth)
        {
            throw new GraphQlException($"Syntax Error: The document is nested deeper than {MaxDepth} levels.");
        }
    }
}
