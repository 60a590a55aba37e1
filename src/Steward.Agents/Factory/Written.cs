using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Agents.Factory;

/// <summary>A version of an agent as a model wrote it.</summary>
/// <param name="Source">The file.</param>
/// <param name="Settings">Values of its settings, a JSON object.</param>
/// <param name="Samples">What its tools answer in a rehearsal, as <c>docs/checks.md</c> has it, a JSON object.</param>
internal sealed record Written(string Source, string Settings, string Samples)
{
    private static readonly JsonSerializerOptions Shape = new(Json.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Reads an answer; null when it is none, and why.</summary>
    public static Written? Read(JsonElement value, ref string? fault)
    {
        try
        {
            var answer = value.Deserialize<Answer>(Shape)!;
            return answer.Source.Length > 0 ? new Written(answer.Source, Json.Write(answer.Settings.GroupBy(setting => setting.Name).ToDictionary(one => one.Key, one => one.Last().Value)), Rehearsed(answer.Samples).ToJsonString(Json.Options)) : null;
        }
        catch (JsonException e)
        {
            fault ??= $"The answer does not have the shape that was asked for: {e.Message}";
            return null;
        }
    }

    // Schemas that providers hold answers to have no members of free names: what tools answer comes as a list, in text.
    private static JsonObject Rehearsed(AnswerSamples samples)
    {
        var rehearsal = new JsonObject { ["runs"] = samples.Runs, ["step"] = samples.Step, ["http"] = JsonSerializer.SerializeToNode(samples.Http, Json.Options) };
        foreach (var (name, text) in new[] { ("start", samples.Start), ("payload", samples.Payload) })
        {
            if (!string.IsNullOrEmpty(text))
            {
                rehearsal[name] = text;
            }
        }

        foreach (var tool in samples.Tools)
        {
            rehearsal[tool.Name] = JsonNode.Parse(tool.Answers, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }

        return rehearsal;
    }

    private sealed record Answer(string Source, IReadOnlyList<AnswerSetting> Settings, AnswerSamples Samples);

    private sealed record AnswerSetting(string Name, JsonElement Value);

    private sealed record AnswerSamples(int Runs, string Step, IReadOnlyList<AnswerHttp> Http, IReadOnlyList<AnswerTool> Tools, string? Start = null, string? Payload = null);

    private sealed record AnswerHttp(string Method, string Url, int Status, string Body);

    private sealed record AnswerTool(string Name, string Answers);
}
