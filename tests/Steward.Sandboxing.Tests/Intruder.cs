using System.Globalization;
using Microsoft.Extensions.Options;
using Steward.Sandboxing.Confining;

namespace Steward.Sandboxing.Tests;

/// <summary>Runs the intruder in a sandbox and hears what it could do.</summary>
public sealed class Intruder : IDisposable
{
    public Intruder()
        : this(null)
    {
    }

    // Users of its own: the end of a box without namespaces is the end of all that its user runs, whoever started it.
    internal Intruder(SandboxClass? by, int? firstUser = null) =>
        Sandbox = new(Options.Create(new SandboxOptions { Class = by, FirstUser = firstUser ?? Random.Shared.Next(1_000_000_000, 1_900_000_000) }), TimeProvider.System);

    public Sandbox Sandbox { get; }

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Steward.Intruder", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

    /// <summary>A box for the intruder that tries something.</summary>
    public static Box Box(params string[] tries) => new(Machine.Dotnet, [Path.Combine(Folder, "Steward.Intruder.dll"), .. tries])
    {
        Readable = [Machine.DotnetRoot, Folder],
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_TieredPGO"] = "0", ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_GCHeapHardLimit"] = (200 << 20).ToString("x", CultureInfo.InvariantCulture),
        },
        Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(60), Cores = 2 },
    };

    /// <summary>Starts it.</summary>
    public async Task<RunningBox> StartAsync(Box box)
    {
        var started = await Sandbox.StartAsync(box);
        Assert.False(started.IsRefused, started.IsRefused ? started.Refusal.Message : "");
        return started.Value;
    }

    /// <summary>Lets it try, to the end.</summary>
    public async Task<Attempt> TryAsync(Box box)
    {
        await using var running = await StartAsync(box);
        var said = new StreamReader(running.Output).ReadToEndAsync();
        var complained = new StreamReader(running.Errors).ReadToEndAsync();
        var end = await running.WaitAsync(TestContext.Current.CancellationToken);
        return new Attempt(end, (await said).Trim(), (await complained).Trim());
    }

    public Task<Attempt> TryAsync(params string[] tries) => TryAsync(Box(tries));

    public void Dispose() => Sandbox.Dispose();
}

/// <summary>How an attempt went.</summary>
public sealed record Attempt(BoxEnd End, string Said, string Complained)
{
    /// <summary>True when the intruder could do what it tried.</summary>
    public bool Worked => End is { Kind: BoxEndKind.Exited, ExitCode: 0 };

    /// <summary>True when it was told no and lived to say so.</summary>
    public bool WasRefused => End is { Kind: BoxEndKind.Exited, ExitCode: 3 };
}
