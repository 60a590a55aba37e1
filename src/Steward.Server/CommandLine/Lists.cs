using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary>Commands that print one page of a list.</summary>
internal static class Lists
{
    public static Option<int?> Limit { get; } = new("--limit") { Description = "How many items (1 to 500, default 50)" };

    public static Option<string?> After { get; } = new("--after") { Description = "Go on after the cursor that the page before ended with" };

    /// <summary>A command that lists what is at the path.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it lists.</param>
    /// <param name="path">Where the list is, below the server's address.</param>
    /// <param name="filters">Query parameters and the options that they come from.</param>
    /// <param name="whenEmpty">What is said when there is nothing.</param>
    /// <param name="columns">Headings, and how an item is read under each.</param>
    public static Command Command(string name, string description, string path, IReadOnlyList<(string Query, Option<string?> Option)> filters, string whenEmpty,
        params (string Heading, Func<JsonNode?, string?> Cell)[] columns)
    {
        var command = new Command(name, description) { Limit, After };
        foreach (var (_, option) in filters)
        {
            command.Options.Add(option);
        }

        return command.Does(async talk =>
        {
            var page = await talk.GetAsync(path + Query([
                .. filters.Select(filter => (filter.Query, talk.Value(filter.Option))),
                ("limit", talk.Value(Limit)?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("after", talk.Value(After)),
            ]));
            talk.Output.Show(page, () =>
            {
                talk.Output.Table([.. columns.Select(column => column.Heading)], [.. page.Items().Select(item => columns.Select(column => column.Cell(item)).ToList())], whenEmpty);
                if (page.Text("next") is { } next)
                {
                    talk.Output.Line($"There is more: --after {next}");
                }
            });
            return ExitCodes.Ok;
        });
    }

    /// <summary>A query string of the parameters that are given.</summary>
    public static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}").ToList();
        return given.Count == 0 ? "" : $"?{string.Join('&', given)}";
    }
}
