using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Tests.N8n;

public sealed class WorkflowReaderTests
{
    private const string Good = """
        {"name":"Send","nodes":[
          {"id":"1","name":"Webhook","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],"parameters":{"path":"/a/b/","httpMethod":"POST"},"webhookId":"w"},
          {"id":"2","name":"Send","type":"n8n-nodes-base.telegram","typeVersion":1.2,"position":[200,0],"parameters":{"text":"x"},"credentials":{"telegramApi":{"id":"7","name":"Bot"}}}],
         "connections":{"Webhook":{"main":[[{"node":"Send","type":"main","index":0}]]}}}
        """;

    private readonly Redactor redactor = new();

    [Theory]
    [InlineData("""[]""", "workflow")]
    [InlineData("""{"name":"a","name":"b","nodes":[],"connections":{}}""", "workflow")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t","parameters":{"a":1,"a":2}}],"connections":{}}""", "workflow")]
    [InlineData("""{"nodes":[],"connections":{}}""", "name")]
    [InlineData("""{"name":"  ","nodes":[],"connections":{}}""", "name")]
    [InlineData("""{"name":7,"nodes":[],"connections":{}}""", "name")]
    [InlineData("""{"name":"a","connections":{}}""", "nodes")]
    [InlineData("""{"name":"a","nodes":{},"connections":{}}""", "nodes")]
    [InlineData("""{"name":"a","nodes":["x"],"connections":{}}""", "nodes[0]")]
    [InlineData("""{"name":"a","nodes":[{"name":"n"}],"connections":{}}""", "nodes[0]")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"},{"name":"n","type":"t"}],"connections":{}}""", "nodes[1].name")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t","parameters":[]}],"connections":{}}""", "nodes[0].parameters")]
    [InlineData("""{"name":"a","nodes":[]}""", "connections")]
    [InlineData("""{"name":"a","nodes":[],"connections":{},"settings":[]}""", "settings")]
    [InlineData("""{"name":"a","nodes":[],"connections":{"b":{"main":[]}}}""", "connections.b")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"}],"connections":{"n":[]}}""", "connections.n")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"}],"connections":{"n":{"main":["n"]}}}""", "connections.n")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"}],"connections":{"n":{"main":[[{"node":"n"}]]}}}""", "connections.n")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"}],"connections":{"n":{"main":[[{"node":"n","type":"main","index":-1}]]}}}""", "connections.n")]
    [InlineData("""{"name":"a","nodes":[{"name":"n","type":"t"}],"connections":{"n":{"main":[[{"node":"m","type":"main","index":0}]]}}}""", "connections.n")]
    public void What_n8n_would_take_and_not_run_is_refused_with_the_place(string json, string field)
    {
        var refusal = Read(json).Refusal;

        Assert.Equal((RefusalKind.Invalid, field), (refusal!.Kind, refusal.Field));
    }

    [Fact]
    public void A_name_that_is_too_long_and_a_document_that_is_too_large_are_refused()
    {
        Assert.Equal("name", Read($$$"""{"name":"{{{new string('n', 129)}}}","nodes":[],"connections":{}}""").Refusal!.Field);
        Assert.Equal("workflow", Read($$$"""{"name":"n","nodes":[],"connections":{},"pinData":"{{{new string('n', WorkflowReader.MaxBytes)}}}"}""").Refusal!.Field);
    }

    [Fact]
    public void What_n8n_adds_to_an_export_is_left_aside()
    {
        var export = JsonNode.Parse(Good)!.AsObject();
        foreach (var (name, value) in new (string, JsonNode?)[] { ("id", "x"), ("active", true), ("tags", new JsonArray()), ("pinData", new JsonObject()), ("meta", null), ("versionId", "v") })
        {
            export[name] = value;
        }

        var read = Read(export.ToJsonString()).Value!;

        Assert.Equal(["name", "nodes", "connections", "settings"], read.ToJson().Select(member => member.Key));
        Assert.Equal("v1", (string?)read.ToJson()["settings"]!["executionOrder"]);
        Assert.Equal(("Webhook", "a/b", "none"), (read.Webhooks[0].Node, read.Webhooks[0].Path, read.Webhooks[0].Authentication));
    }

    [Theory]
    [InlineData("""{"url":"https://x.example","headerParameters":{"parameters":[{"name":"Authorization","value":"plain-old-secret"}]}}""", "parameters.headerParameters.parameters[0].value")]
    [InlineData("""{"options":{"apiKey":"abcdef"}}""", "parameters.options.apiKey")]
    [InlineData("""{"jsCode":"const key = 'sk-ant-0123456789abcdefghij';"}""", "parameters.jsCode")]
    [InlineData("""{"value":"=Bearer ghp_0123456789012345678901234567890123456789"}""", "parameters.value")]
    [InlineData("""{"list":["ok","known-to-this-server"]}""", "parameters.list[1]")]
    [InlineData("""{"url":"https://user:hunter22@x.example/"}""", "parameters.url")]
    public void A_secret_in_a_node_is_refused_with_its_place_and_never_repeated(string parameters, string place)
    {
        redactor.Know("known-to-this-server");

        var refusal = Read(With(parameters)).Refusal;

        Assert.Equal("secret-in-workflow", refusal!.Code);
        Assert.StartsWith($"node 'Send', {place} ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"headerParameters":{"parameters":[{"name":"Authorization","value":"={{ $json.body.token }}"}]}}""")]
    [InlineData("""{"jsCode":"const token = $json.body.token; return { password: token };"}""")]
    [InlineData("""{"authentication":"predefinedCredentialType","nodeCredentialType":"anthropicApi","genericAuthType":"httpHeaderAuth"}""")]
    [InlineData("""{"text":"Basic authentication needs a token: see the docs"}""")]
    public void What_only_speaks_of_secrets_passes(string parameters) => Assert.Null(Read(With(parameters)).Refusal);

    [Fact]
    public void What_an_export_masked_does_not_come_back_in() =>
        Assert.Equal("masked-workflow", Read(With("""{"text":"a [redacted] b"}""")).Refusal!.Code);

    [Fact]
    public void The_same_document_has_the_same_text_whatever_its_order()
    {
        var turned = Read("""
            {"connections":{"Webhook":{"main":[[{"index":0,"type":"main","node":"Send"}]]}},"nodes":[
              {"parameters":{"httpMethod":"POST","path":"/a/b/"},"webhookId":"w","position":[0,0],"typeVersion":2,"type":"n8n-nodes-base.webhook","name":"Webhook","id":"1"},
              {"credentials":{"telegramApi":{"name":"Bot","id":"7"}},"name":"Send","parameters":{"text":"x"},"id":"2","type":"n8n-nodes-base.telegram","position":[200,0],"typeVersion":1.2}],"name":"Send"}
            """).Value!;
        var text = Read(Good).Value!.ToText();

        Assert.Equal(text, turned.ToText());
        Assert.StartsWith("{\n  \"name\": \"Send\",\n  \"nodes\": [\n    {\n      \"id\": \"1\",\n      \"name\": \"Webhook\",\n      \"type\":", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(Read(Good).Value!.Hash, Read(text).Value!.Hash);
    }

    [Fact]
    public void Letters_of_every_alphabet_stay_readable_and_what_only_looks_like_one_stays_as_it_is()
    {
        var text = Read(With("""{"text":"Läuft 🚀🚀 \\uD83D\\uDE80"}""")).Value!.ToText();

        Assert.Contains(@"Läuft 🚀🚀 \\uD83D\\uDE80", text, StringComparison.Ordinal);
        Assert.Equal(@"Läuft 🚀🚀 \uD83D\uDE80", (string?)JsonNode.Parse(text)!["nodes"]![1]!["parameters"]!["text"]);
    }

    [Fact]
    public void Put_over_another_it_keeps_ids_credentials_and_settings_and_nothing_else()
    {
        var there = Read(Good.Replace("\"connections\"", "\"settings\":{\"timezone\":\"UTC\",\"executionOrder\":\"v0\"},\"connections\"", StringComparison.Ordinal)).Value!;
        var file = Read("""
            {"name":"Send","nodes":[
              {"name":"Webhook","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],"parameters":{"path":"c"}},
              {"name":"Send","type":"n8n-nodes-base.slack","typeVersion":1,"position":[0,0],"parameters":{}}],
             "connections":{},"settings":{"executionOrder":"v1"}}
            """).Value!;

        var over = file.Over(there).ToJson();

        Assert.Equal(("1", "w", "c"), ((string?)over["nodes"]![0]!["id"], (string?)over["nodes"]![0]!["webhookId"], (string?)over["nodes"]![0]!["parameters"]!["path"]));
        Assert.Null(over["nodes"]![1]!["credentials"]);
        Assert.Equal(("v1", "UTC"), ((string?)over["settings"]!["executionOrder"], (string?)over["settings"]!["timezone"]));
        Assert.Empty(over["connections"]!.AsObject());
        Assert.True(there.Over(there).Says(there));
        Assert.Equal("7", (string?)Read(Good.Replace("\"credentials\"", "\"notes\"", StringComparison.Ordinal)).Value!.Over(there).ToJson()["nodes"]![1]!["credentials"]!["telegramApi"]!["id"]);
    }

    [Fact]
    public void The_way_a_number_is_written_makes_no_difference() =>
        Assert.True(Read(Good.Replace("1.2", "1.20", StringComparison.Ordinal).Replace("[200,0]", "[2e2,0.0]", StringComparison.Ordinal)).Value!.Says(Read(Good).Value!));

    [Theory]
    [InlineData("vtDiWyaSSI1to8Kt", true)]
    [InlineData("12", true)]
    [InlineData("", false)]
    [InlineData("../users", false)]
    [InlineData("a b", false)]
    [InlineData("Railway Deployment Notification", false)]
    [InlineData("0123456789012345678901234567890123456789", false)]
    public void A_name_is_no_id(string text, bool isId) => Assert.Equal(isId, !WorkflowId.Read(text).IsRefused);

    private static string With(string parameters)
    {
        var json = JsonNode.Parse(Good)!;
        json["nodes"]![1]!["parameters"] = JsonNode.Parse(parameters);
        return json.ToJsonString();
    }

    private Outcome<WorkflowDocument> Read(string json) => new WorkflowReader(redactor).Read(JsonNode.Parse(json));
}
