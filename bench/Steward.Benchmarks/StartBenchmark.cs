using System.Diagnostics;
using System.Globalization;
using System.Net;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>The program itself as a process: from its start to ready, and what it weighs when it has nothing to do.</summary>
internal static class StartBenchmark
{
    private const int Starts = 7;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (ready, memory) = (new List<double>(), new List<double>());
        for (var start = 0; start < Starts; start++)
        {
            using var directory = new TempDirectory();
            var begun = TimeProvider.System.GetTimestamp();
            using var server = Process.Start(new ProcessStartInfo("dotnet", [ServerProgram.Program(), "up", "--urls", "http://127.0.0.1:0", "--data", directory.Location])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            _ = server.StandardOutput.ReadToEndAsync();
            string? line;
            do
            {
                line = await server.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server ended.");
            }
            while (!line.Contains("is up at ", StringComparison.Ordinal));
            using var http = new HttpClient();
            var address = new Uri(line.Split("is up at ")[1].Split(' ')[0]);
            using var health = await http.GetAsync(new Uri(address, "health"));
            if (health.StatusCode == HttpStatusCode.OK && start > 0)
            {
                ready.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            }

            if (start == Starts - 1)
            {
                await Task.Delay(Idle, TimeProvider.System);
                var resident = (await File.ReadAllLinesAsync($"/proc/{server.Id}/status")).First(status => status.StartsWith("VmRSS", StringComparison.Ordinal));
                memory.Add(int.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0);
            }

            server.Kill();
            await server.WaitForExitAsync();
        }

        return
        [
            new Figure("process started to healthy, new data directory", "under 1.5 s", ready.Text(), ready.At(0.5) < 1500),
            new Figure($"resident memory after {Idle.TotalSeconds:0} s of nothing to do", "under 150 MB", string.Create(CultureInfo.InvariantCulture, $"{memory[0]:0} MB"), memory[0] < 150),
        ];
    }
}
