using System.Text.Json.Nodes;
using Spectre.Console;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary>
/// What a command prints: one JSON document with <c>--json</c>, tables on a terminal, plain aligned columns in a pipe.
/// Text from a server is data: control characters never reach the terminal.
/// </summary>
internal sealed class Output(bool asJson)
{
    private static readonly bool Plain = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    public bool IsJson => asJson;

    /// <summary>Prints the document, or what people want to see of it.</summary>
    public void Show(JsonNode? document, Action forPeople)
    {
        if (asJson)
        {
            Console.Out.WriteLine(document?.ToJsonString(Json.Options) ?? "null");
        }
        else
        {
            forPeople();
        }
    }

    /// <summary>A line for people.</summary>
    public void Line(string text)
    {
        if (!asJson)
        {
            Console.Out.WriteLine(Clean(text));
        }
    }

    /// <summary>Names and values for people, one a line; what is null is left out.</summary>
    public void Facts(params (string Name, string? Value)[] facts)
    {
        var width = facts.Max(fact => fact.Name.Length);
        foreach (var (name, value) in facts.Where(fact => fact.Value is not null))
        {
            Line($"{name.PadRight(width)}  {value}");
        }
    }

    /// <summary>A table for people.</summary>
    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows, string whenEmpty)
    {
        if (asJson)
        {
            return;
        }

        if (rows.Count == 0)
        {
            Line(whenEmpty);
        }
        else if (Plain)
        {
            WritePlain(columns, rows);
        }
        else
        {
            WriteTable(columns, rows);
        }
    }

    /// <summary>A failure: to standard error, and with <c>--json</c> as the one document, too.</summary>
    public void Failure(CommandFailure failure)
    {
        if (asJson)
        {
            var error = new JsonObject { ["exitCode"] = failure.ExitCode, ["message"] = failure.Message };
            if (failure.Problem is { } problem)
            {
                error["problem"] = problem.DeepClone();
            }

            Console.Out.WriteLine(new JsonObject { ["error"] = error }.ToJsonString(Json.Options));
        }

        Console.Error.WriteLine(string.Join('\n', failure.Message.Split('\n').Select(Clean)));
    }

    /// <summary>The text without anything that a terminal would obey.</summary>
    public static string Clean(string? text) => text is null ? "" : string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static void WritePlain(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        var cells = rows.Select(row => row.Select(Clean).ToList()).Prepend([.. columns.Select(column => column.ToUpperInvariant())]).ToList();
        var widths = columns.Select((_, at) => cells.Max(row => row[at].Length)).ToList();
        foreach (var row in cells)
        {
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd());
        }
    }

    // Spectre is loaded here and nowhere else: a server and a pipe do without it.
    private static void WriteTable(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns)
        {
            var heading = new TableColumn(new Text(column, new Style(decoration: Decoration.Bold)));
            // An id is there to be copied into the next command.
            table.AddColumn(column == "id" ? heading.NoWrap() : heading);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Clean(cell))));
        }

        AnsiConsole.Write(table);
    }
}
