using System.Diagnostics;

namespace Steward.Server.Tests;

/// <summary>The program as a child process, as people run it.</summary>
internal static class Cli
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(workingDirectory, environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Talks to a running server with its owner's key.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(RunningServer server, params string[] arguments) => RunAsync(
        server.Directory.Location,
        new Dictionary<string, string> { ["STEWARD_Url"] = server.Address.ToString(), ["STEWARD_Key"] = server.ShownKey! },
        arguments);

    public static Process Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start(workingDirectory, environment, arguments, isSpokenTo: false);

    /// <summary>Starts it, where asked for with its standard input in our hands.</summary>
    public static Process Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments, bool isSpokenTo)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "steward.dll"), .. arguments])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = isSpokenTo,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("STEWARD_", StringComparison.OrdinalIgnoreCase) || name is "DATABASE_URL" or "ANTHROPIC_API_KEY" or "ANTHROPIC_BASE_URL" or "OPENAI_API_KEY" or "OPENAI_BASE_URL").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
