using System.Text;
using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Server.Tests.Webhooks;

public sealed class WebhookServerOnSqlite() : WebhookServer(StoreKind.Sqlite);

public sealed class WebhookServerOnPostgres() : WebhookServer(StoreKind.Postgres);

/// <summary>A server that takes events of all three senders, and what they send.</summary>
public abstract class WebhookServer(StoreKind kind) : IAsyncLifetime
{
    public const string GitHubSecret = "It's a Secret to Everybody";
    public const string RailwaySecret = "railway-railway-railway-railway";
    public const string N8nSecret = "n8n-n8n-n8n-n8n-n8n-n8n-n8n";
    public const string GitHub = "webhooks/github-webhook";
    public const string Railway = $"webhooks/railway-webhook/{RailwaySecret}";
    public const string N8n = $"webhooks/n8n/{N8nSecret}";

    private string store = "";

    public RunningServer Server { get; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 100, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 });

    public Uri Address(string path) => new(Server.Address, path);

    public async ValueTask InitializeAsync()
    {
        store = kind == StoreKind.Postgres ? await TestPostgres.NewDatabaseAsync() : "";
        Server.Environment["STEWARD_Storage__ConnectionString"] = store;
        Server.Environment["STEWARD_GitHub__WebhookSecret"] = GitHubSecret;
        Server.Environment["STEWARD_Operations__RailwayWebhookSecret"] = RailwaySecret;
        Server.Environment["STEWARD_Operations__N8nWebhookSecret"] = N8nSecret;
        await Server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        if (store.Length > 0)
        {
            await TestPostgres.DropAsync(store);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A delivery as GitHub makes it.</summary>
    public Task<Answer> GitHubAsync(string name, string delivery, byte[] body, string? signature = null, string contentType = "application/json") =>
        SendAsync(GitHubEvents.Request(Address(GitHub), GitHubSecret, name, delivery, body, signature, contentType));

    public Task<Answer> PostAsync(string path, string body, string contentType = "application/json") =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, Address(path)) { Content = new StringContent(body, Encoding.UTF8, contentType) });

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await Http.SendAsync(request);
            return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.MediaType, answer.Headers);
        }
    }

    /// <summary>All events in the ledger.</summary>
    public async Task<IReadOnlyList<WorkItem>> EventsAsync()
    {
        var all = new List<WorkItem>();
        string? after = null;
        do
        {
            var page = await Server.Get<WorkLedger>().ListAsync(null, "operations.event", new PageRequest(500, after), CancellationToken.None);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>What the item of a delivery says, once it was worked on.</summary>
    public async Task<JsonNode> RecordAsync(string occurrence)
    {
        WorkItem? item = null;
        await Eventually.HoldsAsync(async () => (item = (await EventsAsync()).SingleOrDefault(one => one.Occurrence == occurrence)) is { FinishedAt: not null }, $"{occurrence} was worked on", CancellationToken.None);
        Assert.Equal(WorkState.Succeeded, item!.State);
        return JsonNode.Parse(item.Payload)!;
    }

    /// <summary>The rows about refused events.</summary>
    public async Task<IReadOnlyList<AuditEntry>> RefusalsAsync() =>
        [.. (await Server.Get<AuditLog>().ListAsync(new AuditFilter { Kind = AuditKinds.EventRefused }, new PageRequest(500), CancellationToken.None)).Items.Select(row => row.Entry)];
}
