using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Steward.Connectors.Tests.Railway;

/// <summary>The reference implementation of GraphQL, run by node, as the judge of documents.</summary>
internal static class GraphQlJs
{
    private const string Version = "16.11.0";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

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

        Directory.CreateDirectory(folder);
        try
        {
            var (code, _, error) = await RunAsync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, $"graphql@{Version}"], folder, "", cancellationToken);
            return code == 0 ? null : $"npm cannot install graphql@{Version}: {error}";
        }
        catch (Win32Exception e)
        {
            return $"npm cannot be run: {e.Message}";
        }
    }

    /// <summary>What is wrong with each document, by its name; an empty list where nothing is.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ValidateAsync(
        string folder, string schema, IReadOnlyDictionary<string, string> documents, CancellationToken cancellationToken)
    {
        var (code, output, error) = await RunAsync(
            "node", ["--input-type=module", "-e", Script], folder, JsonSerializer.Serialize(new { schema, documents }), cancellationToken);
        Assert.True(code == 0, error);
        return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(output)!;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, string folder, string input, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
