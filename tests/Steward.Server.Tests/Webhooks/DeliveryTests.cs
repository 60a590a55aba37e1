using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Server.Tests.Webhooks;

public sealed class DeliveryTestsOnSqlite(WebhookServerOnSqlite server) : DeliveryTests(server), IClassFixture<WebhookServerOnSqlite>;

public sealed class DeliveryTestsOnPostgres(WebhookServerOnPostgres server) : DeliveryTests(server), IClassFixture<WebhookServerOnPostgres>;

/// <summary>What is taken: in the ledger once when the answer comes, however often it is delivered.</summary>
public abstract class DeliveryTests(WebhookServer server)
{
    private static readonly string Selection = Path.Combine(Root(), "..", "shared", "contracts", "github-webhook-examples.json");

    public static TheoryData<string> Names => [.. GitHubEvents.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_example_is_taken_and_recorded(string name)
    {
        var delivery = NewDelivery();
        var answer = await server.GitHubAsync(name, delivery, GitHubEvents.Body(name));

        Assert.Equal(202, answer.Status);
        Assert.Equal($"github/{delivery}", (string?)answer.Json["event"]);
        Assert.False((bool)answer.Json["known"]!);
        var record = await server.RecordAsync($"github/{delivery}");
        Assert.Equal(name, (string?)record["kind"]);
        Assert.Equal("Codertocat", (string?)record["sender"] ?? "Codertocat");
        Assert.Equal((string?)answer.Json["id"], (await server.EventsAsync()).Single(item => item.Occurrence == $"github/{delivery}").Id.ToString());
    }

    /// <summary>The whole selection beside the repository, where there is one.</summary>
    [Fact]
    public async Task Every_example_of_the_selection_is_taken()
    {
        if (!File.Exists(Selection))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true" && Directory.Exists(Path.GetDirectoryName(Selection)), $"{Selection} is missing.");
            Assert.Skip("The selection of examples is not beside the repository.");
        }

        var all = JsonNode.Parse(await File.ReadAllTextAsync(Selection, TestContext.Current.CancellationToken))!.AsArray();
        Assert.Equal(31, all.Count);
        foreach (var example in all)
        {
            var delivery = NewDelivery();
            var answer = await server.GitHubAsync((string)example!["event"]!, delivery, Encoding.UTF8.GetBytes(example["payload"]!.ToJsonString()));
            Assert.Equal(202, answer.Status);
            var record = await server.RecordAsync($"github/{delivery}");
            Assert.Equal((string?)example["action"], (string?)record["action"]);
            Assert.Equal((string?)example["payload"]!["repository"]?["full_name"], (string?)record["repository"]);
        }
    }

    [Fact]
    public async Task The_record_says_what_the_event_says()
    {
        Assert.Equal("""{"source":"github","kind":"push","repository":"Codertocat/Hello-World","isPullRequest":false,"sha":"0000000000000000000000000000000000000000","branch":"refs/tags/simple-tag","sender":"Codertocat","senderType":"User"}""", await SaidAsync("push"));
        Assert.Equal("""{"source":"github","kind":"pull_request","action":"opened","repository":"Codertocat/Hello-World","number":2,"isPullRequest":true,"sha":"ec26c3e57ca3a959ca5aad62de7213c562f8c821","branch":"changes","sender":"Codertocat","senderType":"User","conclusion":"open","at":"2019-05-15T15:20:33.000000Z"}""", await SaidAsync("pull_request"));
        Assert.Equal("""{"source":"github","kind":"issue_comment","action":"created","repository":"Codertocat/Hello-World","number":1,"isPullRequest":false,"sender":"Codertocat","senderType":"User","commentId":492700400,"comment":"You are totally right! I'll get this fixed right away.","at":"2019-05-15T15:20:21.000000Z"}""", await SaidAsync("issue_comment"));
        Assert.Contains("\"conclusion\":\"success\",\"environment\":\"production\"", await SaidAsync("deployment_status"), StringComparison.Ordinal);
        Assert.Contains("\"sha\":\"ec26c3e57ca3a959ca5aad62de7213c562f8c821\"", await SaidAsync("check_suite"), StringComparison.Ordinal);
        Assert.Contains("\"subjectId\":\"1589141559\"", await SaidAsync("workflow_run"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redelivery_is_taken_again_and_says_that_it_was_known()
    {
        var delivery = NewDelivery();
        await server.GitHubAsync("push", delivery, GitHubEvents.Body("push"));
        var again = await server.GitHubAsync("push", delivery, GitHubEvents.Body("push"));

        Assert.Equal(202, again.Status);
        Assert.True((bool)again.Json["known"]!);
        Assert.Null(again.Json["id"]);
        Assert.Single(await server.EventsAsync(), item => item.Occurrence == $"github/{delivery}");
    }

    [Fact]
    public async Task Copies_that_come_at_once_are_one_event()
    {
        var deliveries = Enumerable.Range(0, 60).Select(_ => NewDelivery()).ToList();
        var body = GitHubEvents.Body("pull_request");

        var answers = await Task.WhenAll(deliveries.SelectMany(delivery => Enumerable.Repeat(delivery, 3)).Select(delivery => server.GitHubAsync("pull_request", delivery, body)));

        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        Assert.Equal(60, answers.Count(answer => !(bool)answer.Json["known"]!));
        var events = (await server.EventsAsync()).Select(item => item.Occurrence).ToList();
        Assert.All(deliveries, delivery => Assert.Single(events, occurrence => occurrence == $"github/{delivery}"));
    }

    [Fact]
    public async Task What_Railway_or_n8n_repeat_at_once_is_one_event()
    {
        foreach (var path in new[] { WebhookServer.Railway, WebhookServer.N8n })
        {
            var before = (await server.EventsAsync()).Count;
            var body = $$"""{"type":"DEPLOY","event":"finished","timestamp":"{{NewDelivery()}}"}""";
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.PostAsync(path, body)));

            Assert.All(answers, answer => Assert.Equal(202, answer.Status));
            // The minute may turn meanwhile: then there are two, and no more.
            Assert.InRange((await server.EventsAsync()).Count - before, 1, 2);
        }
    }

    [Fact]
    public async Task Both_forms_of_Railway_are_read()
    {
        var old = await server.PostAsync(WebhookServer.Railway, """
            {"type":"DEPLOY","status":"CRASHED","environment":{"id":"e","name":"production"},"service":{"id":"s","name":"web"},"deployment":{"id":"d-1","status":"CRASHED"},"timestamp":"2026-01-02T03:04:05Z"}
            """);
        var current = await server.PostAsync(WebhookServer.Railway, """
            {"type":"Deployment.crashed","details":{"status":"CRASHED","branch":"main","commitHash":"ec26c3e57ca3a959ca5aad62de7213c562f8c821"},"resource":{"environment":{"id":"e","name":"production"},"service":{"id":"s","name":"web"},"deployment":{"id":"d-2"}},"severity":"CRITICAL","timestamp":"2026-01-02T03:04:05Z"}
            """);

        foreach (var (answer, id) in new[] { (old, "d-1"), (current, "d-2") })
        {
            var record = await server.RecordAsync((string)answer.Json["event"]!);
            Assert.Equal(("CRASHED", "production", "web", id), ((string?)record["conclusion"], (string?)record["environment"], (string?)record["subject"], (string?)record["subjectId"]));
        }
    }

    [Fact]
    public async Task An_unknown_event_is_recorded_and_nothing_follows()
    {
        var delivery = NewDelivery();
        Assert.Equal(202, (await server.GitHubAsync("an_event_of_next_year", delivery, """{"action":"invented"}"""u8.ToArray())).Status);

        await server.RecordAsync($"github/{delivery}");
        Assert.Contains("nothing follows", (await server.EventsAsync()).Single(item => item.Occurrence == $"github/{delivery}").Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_of_other_types_lengths_and_letters_are_left_out_and_secrets_masked()
    {
        var delivery = NewDelivery();
        var body = $$$"""
            {"action":{"a":1},"number":"7","pull_request":{"number":-1,"state":"open\ud800","merged_at":"never","updated_at":"yesterday","head":{"sha":"main; rm -rf","ref":"feature/ghp_0123456789abcdefghijklmnopqrstuvwxyz-\u0000{{{new string('x', 5000)}}}"}},
             "repository":{"full_name":"../../etc/passwd"},"sender":{"login":"<script>","type":"User\nAdmin"}}
            """;

        Assert.Equal(202, (await server.GitHubAsync("pull_request", delivery, Encoding.UTF8.GetBytes(body))).Status);

        var record = (await server.RecordAsync($"github/{delivery}")).AsObject();
        Assert.Equal(["source", "kind", "delivery", "isPullRequest", "branch"], record.Select(member => member.Key));
        var branch = (string)record["branch"]!;
        Assert.StartsWith("feature/[redacted]-x", branch, StringComparison.Ordinal);
        Assert.Equal(200, branch.Length);
    }

    [Fact]
    public async Task Who_hangs_up_before_the_answer_and_delivers_again_is_counted_once()
    {
        var deliveries = Enumerable.Range(0, 30).Select(_ => NewDelivery()).ToList();
        var body = GitHubEvents.Body("push");
        await Task.WhenAll(deliveries.Select(delivery => HangUpAsync(delivery, body)));

        foreach (var delivery in deliveries)
        {
            Assert.Equal(202, (await server.GitHubAsync("push", delivery, body)).Status);
        }

        var events = (await server.EventsAsync()).Select(item => item.Occurrence).ToList();
        Assert.All(deliveries, delivery => Assert.Single(events, occurrence => occurrence == $"github/{delivery}"));
    }

    private async Task HangUpAsync(string delivery, byte[] body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port);
        var head = $"POST /{WebhookServer.GitHub} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n" +
            $"X-GitHub-Event: push\r\nX-GitHub-Delivery: {delivery}\r\nX-Hub-Signature-256: {GitHubEvents.Sign(WebhookServer.GitHubSecret, body)}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await socket.GetStream().WriteAsync(body);
    }

    private async Task<string> SaidAsync(string name)
    {
        var delivery = NewDelivery();
        await server.GitHubAsync(name, delivery, GitHubEvents.Body(name));
        var record = (await server.RecordAsync($"github/{delivery}")).AsObject();
        record.Remove("delivery");
        return record.ToJsonString(Kernel.Json.Options);
    }

    private static string NewDelivery() => Guid.CreateVersion7().ToString();

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Steward.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Steward.slnx is nowhere above this program.");
        }

        return folder;
    }
}
