using System.Text.Json.Nodes;
using Steward.Connectors.N8n;

namespace Steward.Connectors.Tests.N8n;

/// <summary>The workflows that come with Steward, as files.</summary>
public sealed class SampleWorkflowTests
{
    internal static readonly string Folder = Path.Combine(Root(), "workflows", "n8n");

    public static TheoryData<string, string, string> Samples => new()
    {
        { "railway-deployment-notification.json", "Railway Deployment Notification", "railway-deploy" },
        { "github-pr-analysis-with-claude.json", "GitHub PR Analysis with Claude", "github-pr" },
        { "steward-alerts.json", "Steward Alerts", "steward-alerts" },
    };

    [Fact]
    public void There_are_no_others() => Assert.Equal(Directory.GetFiles(Folder).Select(Path.GetFileName).Order(), Samples.Select(sample => sample.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_can_be_imported_and_is_written_as_an_export_would_be(string file, string name, string path)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));

        var read = new WorkflowReader(new Steward.Platform.Telemetry.Redactor()).Read(JsonNode.Parse(text));

        Assert.False(read.IsRefused, read.Refusal?.Message);
        Assert.Equal(name, read.Value!.Name);
        Assert.Equal(read.Value.ToText(), text);
        var webhook = Assert.Single(read.Value.Webhooks);
        Assert.Equal((path, "POST"), (webhook.Path, webhook.Methods[0]));
        Assert.Equal("headerAuth", webhook.Authentication);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_reads_the_webhooks_body_where_n8n_puts_it_and_names_no_credential(string file, string name, string path)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

        Assert.NotEmpty(name + path);
        Assert.All(json["nodes"]!.AsArray(), node => Assert.Null(node!["credentials"]));
        Assert.Contains("json.body.", json.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(json["active"]);
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Steward.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory;
    }
}
