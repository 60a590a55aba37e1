using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Connectors.Models;

/// <summary>The exact calls to a model. Asking changes nothing there, but what is asked leaves the house and costs money.</summary>
public sealed class ModelCalls(IOptions<ModelOptions> options)
{
    /// <summary>Asks a model.</summary>
    public const string AskAction = "model.ask";

    private readonly ModelRoutes routes = new(options.Value);

    /// <summary>
    /// Ask a model. The call holds the length and the SHA-256 of the question in place of its words, and the models that are
    /// asked when the first one cannot be.
    /// </summary>
    public Call Ask(ModelQuestion question)
    {
        var models = routes.Of(question.Task);
        return new(AskAction, $"model/{(models.Count > 0 ? models[0].Model : options.Value.Model)}", new JsonObject
        {
            ["task"] = Row.EnumText(question.Task),
            ["fallbacks"] = new JsonArray([.. models.Skip(1).Select(model => (JsonNode)model.Model)]),
            ["maxTokens"] = MaxTokens(options.Value, question),
            ["characters"] = question.System.Length + question.Data.Length,
            ["sha256"] = TextHash.Of(
                $"{question.System}\n{question.Data}{(question.Schema is { } schema ? $"\n{schema.ToJsonString(Json.Options)}" : "")}"),
        });
    }

    /// <summary>True for a task whose answers are long and take their time.</summary>
    internal static bool IsLong(ModelTask task) => task is ModelTask.Plan or ModelTask.Write or ModelTask.Repair;

    internal static int MaxTokens(ModelOptions options, ModelQuestion question) =>
        question.MaxTokens ?? (IsLong(question.Task) ? options.LongMaxTokens : options.MaxTokens);
}
