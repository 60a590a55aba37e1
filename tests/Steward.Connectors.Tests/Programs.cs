using System.ComponentModel;
using System.Diagnostics;

namespace Steward.Connectors.Tests;

/// <summary>Programs of others that judge what we send.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Has npm put packages into a folder, without running their scripts. Gives the reason when that cannot be done here.</summary>
    public static async Task<string?> InstallAsync(string folder, IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var (code, _, error) = await RunAsync(
                "npm", ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, .. packages], folder, "", cancellationToken);
            return code == 0 ? null : $"npm cannot install {string.Join(" and ", packages)}: {error}";
        }
        catch (Win32Exception e)
        {
            return $"npm cannot be run: {e.Message}";
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, string folder, string input, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var process = Start(program, arguments, folder);
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

    /// <summary>Starts a program whose streams are ours.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, string folder) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
