using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Steward.Server.Startup;
using Steward.Testing;

namespace Steward.Server.Tests;

/// <summary>A real server of this process: its own data directory, a free port, its log in memory.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private readonly TempDirectory? own;
    private readonly LogStream log = new();
    private StewardHost? host;

    public RunningServer()
        : this(null)
    {
    }

    /// <summary>On a directory that outlives the server, or on one of its own.</summary>
    internal RunningServer(TempDirectory? directory)
    {
        own = directory is null ? new TempDirectory() : null;
        Directory = directory ?? own!;
    }

    public TempDirectory Directory { get; }

    /// <summary>Variables that the server finds.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string DataDirectory => Directory["data"];

    public WebApplication App => host!.App;

    public Uri Address => host!.Address;

    /// <summary>The owner's key when its first start made it.</summary>
    public string? ShownKey { get; private set; }

    public string Log => log.Text;

    public StewardStart Start => new() { DataDirectory = DataDirectory, Urls = "http://127.0.0.1:0", Environment = Environment, Log = log };

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        host = await StewardHost.BuildAsync(Start, CancellationToken.None);
        ShownKey = host.OwnerKey?.Reveal();
        await App.StartAsync();
    }

    /// <summary>Stops it, and starts it again on its data and at its address.</summary>
    /// <param name="meanwhile">Runs while it is away.</param>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        var start = Start with { Urls = Address.ToString() };
        await App.StopAsync();
        await host!.DisposeAsync();
        await meanwhile();
        host = await StewardHost.BuildAsync(start, CancellationToken.None);
        await App.StartAsync();
    }

    /// <summary>Sends a request with the owner's key, or another, or none.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? key = "", HttpContent? content = null)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if ((key is "" ? ShownKey : key) is { } shown)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shown);
        }

        using var answer = await http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.MediaType, answer.Headers);
    }

    public Task<Answer> GetAsync(string path, string? key = "") => SendAsync(HttpMethod.Get, path, key: key);

    public Task<Answer> PostAsync(string path, JsonNode? body = null, string? key = "") => SendAsync(HttpMethod.Post, path, body, key);

    /// <summary>Sends a request of the owner's as somebody does who goes away before there is an answer.</summary>
    public async Task PostAndLeaveAsync(string path, JsonNode body, TimeSpan after)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var leaving = new CancellationTokenSource(after);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ShownKey);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.SendAsync(request, leaving.Token));
    }

    /// <summary>Makes a key of the scopes.</summary>
    public async Task<(string Id, string Key)> MakeKeyAsync(string holder, params string[] scopes)
    {
        var made = await PostAsync("/api/keys", new JsonObject
        {
            ["name"] = "test", ["holder"] = holder, ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
        });
        Assert.Equal(201, made.Status);
        return ((string)made.Json["details"]!["id"]!, (string)made.Json["key"]!);
    }

    /// <summary>Puts a rule before all others, until what this gives is disposed of.</summary>
    public async Task<IAsyncDisposable> RuleAsync(string name, string decide, string because, string action)
    {
        var file = Path.Combine(DataDirectory, "policy.yaml");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("rules:\n", $"rules:\n  - name: {name}\n    decide: {decide}\n    because: {because}\n    actions: [\"{action}\"]\n\n", StringComparison.Ordinal));
        return new PolicyAsItWas(file, text);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await App.StopAsync();
            await host.DisposeAsync();
        }

        own?.Dispose();
    }

    private sealed class PolicyAsItWas(string file, string text) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await File.WriteAllTextAsync(file, text);
    }

    private sealed class LogStream : MemoryStream
    {
        private readonly StringBuilder lines = new();

        public string Text
        {
            get
            {
                lock (lines)
                {
                    return lines.ToString();
                }
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (lines)
            {
                lines.Append(Encoding.UTF8.GetString(buffer));
            }
        }
    }
}
