using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Steward.Crash.Tests;

/// <summary>The program as a child process that can be killed at any moment. Its last words are kept.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int MaxLines = 150;

    private readonly Process process;
    private readonly Queue<string> words = new();
    private readonly TaskCompletionSource<Uri> up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool ended;

    private ServerProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>What it said last on both of its outputs, the newest <see cref="MaxLines"/> lines.</summary>
    public string Words
    {
        get
        {
            lock (words)
            {
                return string.Join('\n', words);
            }
        }
    }

    /// <summary>Starts the program; it may be killed from now on.</summary>
    public static ServerProcess Launch(string directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        // Beside this project's output, built in the same configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.FullName, "Steward.Server", own.Name, "steward.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("STEWARD_", StringComparison.OrdinalIgnoreCase) || name == "DATABASE_URL").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start });
        server.process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server.process.Start();
        server.process.StandardInput.Close();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Where it listens, once it does.</summary>
    public async Task<Uri> UpAsync(CancellationToken cancellationToken)
    {
        var exit = process.WaitForExitAsync(cancellationToken);
        return await Task.WhenAny(up.Task, exit) == up.Task
            ? await up.Task
            : throw new InvalidOperationException($"The server ended with {process.ExitCode} before it was up:\n{Words}");
    }

    /// <summary>Waits for the end of a command that ends by itself.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: it gets to do nothing more. Once is enough.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!ended)
        {
            ended = true;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (words)
        {
            words.Enqueue(line);
            if (words.Count > MaxLines)
            {
                words.Dequeue();
            }
        }

        // The log says it, too, inside a line of JSON: only the words for people begin with the name.
        if (Up().Match(line) is { Success: true } match)
        {
            up.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"^Steward \S+ is up at (http://\S+)")]
    private static partial Regex Up();
}
