using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Steward.Sandboxing;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>
/// The hostile corpus: programs that try what no agent may, made and run as agents are. Each is contained, its run says by
/// what, and a secret that lies all around them comes out nowhere.
/// </summary>
public abstract class HostileTests(HostileServer at)
{
    // Called by the theory of each class, with its part of the corpus.
    protected async Task IsContainedAsync(string program)
    {
        var (run, log) = await at.RunAsync(program);
        at.Programs.Single(one => one.Name == program).Check(run, log, at.Sandbox);
    }

    [Fact]
    public async Task The_secret_came_out_nowhere_and_the_server_is_well()
    {
        var said = new List<string>();
        foreach (var program in at.Programs)
        {
            var (run, log) = await at.RunAsync(program.Name);
            said.AddRange([run.ToJsonString(), .. log]);
        }

        foreach (var path in new[] { "/api/audit?limit=500", "/api/audit/export", "/api/agents?limit=500", "/api/tasks?limit=500", "/api/approvals?limit=100", "/api/work?limit=500" })
        {
            var answer = await at.Of.Server.GetAsync(path);
            Assert.True(answer.Status == 200, $"{path}: {answer.Status}");
            said.Add(answer.Body);
        }

        said.Add(at.Of.Server.Log);
        Assert.DoesNotContain(said, text => text.Contains(at.Canary, StringComparison.Ordinal));
        Assert.Equal([at.VictimsFile], Directory.EnumerateFiles(Path.Combine(at.Of.Server.DataDirectory, "agents"), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => File.ReadAllText(file).Contains(at.Canary, StringComparison.Ordinal)));
        Assert.Equal(200, (await at.Of.Server.GetAsync("/health/ready")).Status);
    }
}

/// <summary>The corpus against boxes with namespaces.</summary>
[Collection("Hostile")]
public sealed class HostileInNamespacesTests(HostileServer.WithNamespaces at) : HostileTests(at), IClassFixture<HostileServer.WithNamespaces>
{
    public static TheoryData<string> Programs => [.. HostileProgram.All.Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public Task Contained(string program) => IsContainedAsync(program);

    [Fact]
    public void The_corpus_is_whole() => Assert.True(HostileProgram.All.Count >= 90, $"{HostileProgram.All.Count} programs were found.");
}

/// <summary>What of the corpus a box has to hold, against boxes without namespaces.</summary>
[Collection("Hostile")]
public sealed class HostileInLandlockTests(HostileServer.WithLandlock at) : HostileTests(at), IClassFixture<HostileServer.WithLandlock>
{
    public static TheoryData<string> Programs => [.. HostileProgram.All.Where(program => program.IsHeldByBox).Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public Task Contained(string program) => IsContainedAsync(program);
}

/// <summary>A server with a secret all around its agents, that runs each program of the corpus once.</summary>
public abstract class HostileServer(string sandbox, IReadOnlyList<HostileProgram> programs) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<(JsonNode Run, IReadOnlyList<string> Log)>>> runs = new();
    private readonly SemaphoreSlim making = new(4);
    private readonly string socket = Path.Combine(Path.GetTempPath(), $"steward-{Guid.CreateVersion7():N}.sock");
    private readonly Socket listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    // What a test's own context gives ends with the test; the runs go on beside all of them.
    private readonly CancellationTokenSource ending = new();
    private string goals = "";

    public AgentServer Of { get; } = new();

    public string Sandbox => sandbox;

    public IReadOnlyList<HostileProgram> Programs => programs;

    public string Canary { get; } = $"canary{Guid.CreateVersion7():N}";

    /// <summary>The one place in the agents' folders where the secret has to be.</summary>
    public string VictimsFile { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Of.Server.Environment["STEWARD_Sandbox__Class"] = sandbox;
        await Of.InitializeAsync();
        var state = await Of.Server.Get<Sandbox>().StateAsync();
        if (!state.Text.StartsWith(sandbox, StringComparison.Ordinal))
        {
            throw new MissingComponentException($"This machine cannot hold programs by {sandbox}: {string.Join(' ', state.Reasons)}");
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new MissingComponentException("The corpus calls the kernel by the numbers of x64.");
        }

        Environment.SetEnvironmentVariable("CORPUS_SECRET", Canary);
        listening.Bind(new UnixDomainSocketEndPoint(socket));
        listening.Listen();
        var data = Path.GetFullPath(Of.Server.DataDirectory);
        await File.WriteAllTextAsync(Path.Combine(data, "canary.txt"), Canary, AgentServer.Ending);
        var victim = await Of.MakeAsync(AgentServer.Source(
            """
            var secret = context.Run.Payload!.Replace(" ", "");
            await context.Files.WriteAsync("canary.txt", secret, cancellationToken);
            await context.Memory.SetAsync("canary", secret, cancellationToken);
            return AgentResult.Success("kept");
            """, """, "tools": { "files": {}, "memory": {} }"""));
        var kept = await Of.RunAsync(victim, $"{Canary[..10]} {Canary[10..]}");
        VictimsFile = Path.Combine(data, "agents", (string)kept["agentId"]!, "canary.txt");
        goals = new JsonObject
        {
            ["data"] = data, ["server"] = Text(Environment.ProcessId), ["other"] = Text(Environment.ProcessId), ["port"] = Text(Of.Server.Address.Port), ["page"] = Of.Page.ToString(),
            ["socket"] = socket, ["victim"] = (string)kept["agentId"]!, ["programs"] = AppContext.BaseDirectory.TrimEnd('/'),
        }.ToJsonString();
        // All are under way before the first is asked for: what waits for its time does so beside the others.
        foreach (var program in programs)
        {
            _ = RunAsync(program.Name);
        }
    }

    /// <summary>How the run of a program ended, and what it said.</summary>
    public Task<(JsonNode Run, IReadOnlyList<string> Log)> RunAsync(string program) => runs.GetOrAdd(program, _ => new(() => OnceAsync(programs.Single(one => one.Name == program)))).Value;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Of.DisposeAsync();
        ending.Dispose();
        listening.Dispose();
        File.Delete(socket);
        making.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<(JsonNode Run, IReadOnlyList<string> Log)> OnceAsync(HostileProgram program)
    {
        await making.WaitAsync();
        try
        {
            var name = await Of.MakeAsync(program.Source);
            // Links in its folder, as somebody could have left them.
            var folder = Directory.CreateDirectory(Path.Combine(Of.Server.DataDirectory, "agents", (string)(await Of.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["id"]!)).FullName;
            File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(Of.Server.DataDirectory, "canary.txt"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "out"), Of.Server.DataDirectory);
            var run = await Of.RunAsync(name, goals, ending.Token);
            var log = new List<string>();
            foreach (var after in new[] { 0, 500, 1000, 1500 })
            {
                log.AddRange((await Of.Server.GetAsync($"/api/tasks/{run["id"]}/logs?after={Text(after)}")).Json["items"]!.AsArray().Select(line => $"{line!["level"]}: {line["line"]}"));
            }

            return (run, log);
        }
        finally
        {
            making.Release();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>With namespaces.</summary>
    public sealed class WithNamespaces() : HostileServer("namespaces", HostileProgram.All);

    /// <summary>Without them.</summary>
    public sealed class WithLandlock() : HostileServer("landlock", [.. HostileProgram.All.Where(program => program.IsHeldByBox)]);
}
