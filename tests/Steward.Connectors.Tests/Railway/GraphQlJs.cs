using System.Text.Json;

namespace Steward.Connectors.Tests.Railway;

/// <summary>The reference implementation of GraphQL, run by node, as the judge of documents.</summary>
internal static class GraphQlJs
{
    private const string Version = "16.11.0";

    private const string Script =
        """
        import { readFileSync } from 'node:fs';
        import { buildSchema, parse, validate } from 'graphql';
        const { schema, documents } = JSON.parse(readFileSync(0, 'utf8'));
        const built = buildSchema(readFileSync(schema, 'utf8'));
        const judge = text => { try { return validate(built, parse(text)).map(error => error.message); } catch (error) { return [error.message]; } };
        console.log(JSON.stringify(Object.fromEntries(Object.entries(documents).map(([name, text]) => [name, judge(text)]))));
        """;

    /// <summary>Puts it into a folder, unless it is there. Gives the reason when that cannot be done here.</summary>
    public static async Task<string?> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, "node_modules", "graphql", "package.json")))
        {
            return null;
        }

        return await Programs.InstallAsync(folder, [$"graphql@{Version}"], cancellationToken);
    }

    /// <summary>What is wrong with each document, by its name; an empty list where nothing is.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ValidateAsync(
        string folder, string schema, IReadOnlyDictionary<string, string> documents, CancellationToken cancellationToken)
    {
        var (code, output, error) = await Programs.RunAsync(
            "node", ["--input-type=module", "-e", Script], folder, JsonSerializer.Serialize(new { schema, documents }), cancellationToken);
        Assert.True(code == 0, error);
        return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(output)!;
    }
}
