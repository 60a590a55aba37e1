using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Connectors.Tests.Railway;

namespace Steward.Connectors.Tests.GitHub;

/// <summary>
/// Prism, which answers as GitHub's own description says and refuses what that does not allow. The description lies beside
/// the repository where there is one; a few operations more are here. Where it, npm or node is missing, it says what.
/// </summary>
public sealed partial class PrismServer : IAsyncLifetime
{
    private const string Prism = "@stoplight/prism-cli@5.16.0";
    private const string NodeVersion = "24.21.0";

    /// <summary>The key of the comment that the description's examples get, so that there is one to edit.</summary>
    public const string Marked = "contract";

    private static readonly string Root = RepositoryRoot.Find();
    private static readonly string Folder = Path.Combine(Root, "artifacts", "prism");
    private static readonly string Shared = Path.GetFullPath(Path.Combine(Root, "..", "shared", "contracts", "github.trim.openapi.json"));
    private static readonly string More = Path.Combine(Root, "tests", "Steward.Connectors.Tests", "GitHub", "github.more.openapi.json");
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly string description = Path.Combine(Path.GetTempPath(), $"steward-github-{Guid.CreateVersion7()}.json");
    private Process? process;
    private string? obstacle;

    /// <summary>Where it listens; null when there is an obstacle.</summary>
    public string? Url { get; private set; }


    // In CI beside the description it must be there.
    private static bool MustRun => Environment.GetEnvironmentVariable("CI") == "true" && Directory.Exists(Path.GetDirectoryName(Shared)!);

    /// <summary>Ends the test where there is none.</summary>
    public void ReadyOrSkip()
    {
        if (obstacle is not null)
        {
            Assert.False(MustRun, obstacle);
            Assert.Skip(obstacle);
        }
    }

    public async ValueTask InitializeAsync()
    {
        obstacle = await InstallAsync(TestContext.Current.CancellationToken);
        if (obstacle is null)
        {
            await StartAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        File.Delete(description);
        return ValueTask.CompletedTask;
    }

    private static async Task<string?> InstallAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Shared))
        {
            return $"GitHub's description is not at hand ({Shared}).";
        }

        await Installing.WaitAsync(cancellationToken);
        try
        {
            return File.Exists(Program) && File.Exists(Node) ? null : await Programs.InstallAsync(Folder, [Prism, $"{NodePackage}@{NodeVersion}"], cancellationToken);
        }
        finally
        {
            Installing.Release();
        }
    }

    private static string Program => Path.Combine(Folder, "node_modules", "@stoplight", "prism-cli", "dist", "index.js");

    // Prism wants a newer node than machines have; npm has it as a package for each kind of machine.
    private static string NodePackage =>
        $"node-{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";

    private static string Node => Path.Combine(Folder, "node_modules", NodePackage, "bin", "node");

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(description, Description(), cancellationToken);
        process = Programs.Start(Node, [Program, "mock", "-h", "127.0.0.1", "-p", "0", "--errors", description], Folder);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Url = match.Value;
                // A pipe that nobody reads would stop it.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"Prism ended with {process.ExitCode} before it listened.");
    }

    private static string Description()
    {
        var whole = JsonNode.Parse(File.ReadAllText(Shared))!.AsObject();
        var more = JsonNode.Parse(File.ReadAllText(More))!.AsObject();
        foreach (var (path, operations) in more["paths"]!.AsObject())
        {
            Add(whole["paths"]!.AsObject(), path, operations!.AsObject());
        }

        foreach (var (kind, parts) in more["components"]!.AsObject())
        {
            Add(whole["components"]!.AsObject(), kind, parts!.AsObject());
        }

        Repair(whole["components"]!.AsObject());
        // No test leaves this machine: the place of logs is nowhere.
        return whole.ToJsonString().Replace("https://pipelines.actions.githubusercontent.com/", "http://127.0.0.1:1/", StringComparison.Ordinal);
    }

    private static void Repair(JsonObject components)
    {
        // It takes GitHub's search syntax, such as >=2026-01-01, and is described as a date.
        components["parameters"]!["created"]!["schema"]!.AsObject().Remove("format");
        var examples = components["examples"]!.AsObject();
        // Whoever asks for a branch means the one of that name.
        examples["branch-get"]!["value"]!["name"] = "feature";
        examples["issue-comment-items"]!["value"]![0]!["body"] = $"before\n\n<!-- steward:{Marked} -->";
        // The description's file is not UTF-8.
        foreach (var value in examples.Select(example => example.Value!["value"]).OfType<JsonObject>().Where(value => value["encoding"] is not null))
        {
            value["content"] = "IyBZb2dhIEJv\n";
        }
    }

    private static void Add(JsonObject all, string name, JsonObject members)
    {
        var there = all[name] as JsonObject;
        if (there is null)
        {
            all[name] = there = [];
        }

        foreach (var (key, value) in members.Where(member => !there.ContainsKey(member.Key)))
        {
            there[key] = value!.DeepClone();
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+$")]
    private static partial Regex Listening();
}
