using System.Text.Json.Nodes;
using Steward.Connectors.Models;
using Steward.Simulation;

namespace Steward.Connectors.Tests.Models;

/// <summary>Questions to the simulated model, through the vendors' real libraries, over HTTP.</summary>
public abstract class ModelTest : ConnectorTest
{
    protected static readonly JsonObject Schema = new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["name"] = new JsonObject { ["type"] = "string" } },
        ["required"] = new JsonArray("name"),
        ["additionalProperties"] = false,
    };

    private int asked;

    protected ModelClient Model => Get<ModelClient>();

    protected static ModelQuestion Question { get; } = new("Say why.", "<log>error</log>");

    protected async Task<ModelAnswer> AskAsync(ModelQuestion? question = null, Action<string>? onText = null)
    {
        question ??= Question;
        var permit = await PermitAsync(Get<ModelCalls>().Ask(question), $"test/{++asked}");
        return await Model.AskAsync(permit, question, onText, Ending);
    }

    protected Task<ModelReport> ReportAsync() => Get<ShowModels>().HandleAsync(Ending);

    protected int Requests(string operation = "AskModel") => World.Calls.Of(Systems.Model, operation);

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:BaseUrl"] = World.ModelUrl.ToString();
        settings["Models:ApiKey"] = Options.ModelApiKey + "\n";
        settings["Models:Model"] = Options.ModelName;
        settings["Models:DollarsPerMillionIn"] = "3";
        settings["Models:DollarsPerMillionOut"] = "15";
    }
}
