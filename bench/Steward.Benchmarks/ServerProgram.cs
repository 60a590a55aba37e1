using System.Diagnostics;

namespace Steward.Benchmarks;

/// <summary>The program itself as a process of its own, as it is run in earnest: what measures it does not share its threads.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private readonly Process process;

    private ServerProgram(Process process, Uri address, string? key) => (this.process, Address, OwnerKey) = (process, address, key);

    public Uri Address { get; }

    public int Id => process.Id;

    /// <summary>The owner's key, as it is said at the first start; null at a later one.</summary>
    public string? OwnerKey { get; }

    /// <summary>The time that its threads have used of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it holds at this moment, in megabytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts it and waits until it is up.</summary>
    public static async Task<ServerProgram> StartAsync(string directory, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Program(), "up", "--urls", "http://127.0.0.1:0", "--data", directory])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        for (string? key = null; ;)
        {
            var line = await process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server ended.");
            key = line.Trim() is ['s', 't', 'w', '_', ..] said ? said : key;
            if (line.Contains("is up at ", StringComparison.Ordinal))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new ServerProgram(process, new Uri(line.Split("is up at ")[1].Split(' ')[0]), key);
            }
        }
    }

    /// <summary>Where the built program is.</summary>
    public static string Program()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Steward.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return Path.Combine(root, "artifacts", "bin", "Steward.Server", "release", "steward.dll");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
