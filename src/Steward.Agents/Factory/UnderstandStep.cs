using System.Text.Json;
using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Connectors.Web;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>Lets a model say what is to be made, and holds that against the rules: a plan, a question, or a no.</summary>
internal sealed class UnderstandStep(Database database, AskModel model, ReadAgent agents, Redactor redactor, IOptions<WebOptions> web, TimeProvider clock) : IBuildStep
{
    private const int MostTries = 3;
    private const int MostQuestions = 3;
    private const int LongestSay = 2000;
    private const int MostOthers = 100;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromDays(7);

    public IReadOnlyList<BuildState> States { get; } = [BuildState.Understanding, BuildState.Asking];

    public async Task<BuildMove> RunAsync(Build build, Guid workItem, CancellationToken cancellationToken)
    {
        if (build.State == BuildState.Asking)
        {
            return build.Talk is [.., { Answer: null }]
                ? clock.Now() - build.StateAt >= AnswerWithin
                    ? new BuildMove.End(build, BuildState.Cancelled, $"Nobody answered within {AnswerWithin.TotalDays:0} days.")
                    : new BuildMove.Wait(build, WorkResult.WaitUntil(build.StateAt + AnswerWithin, build.Talk[^1].Question))
                : new BuildMove.Go(build, BuildState.Understanding);
        }

        ReadFor? agent = null;
        if (build.Kind != BuildKind.Create)
        {
            var found = await agents.AsDataAsync(build, cancellationToken);
            if (found.IsRefused)
            {
                return new BuildMove.End(build, BuildState.Failed, found.Refusal.Message);
            }

            (agent, build) = (found.Value, build with { Base = found.Value.Version });
        }

        var others = await database.ReadAsync(session => AgentStore.NamesAsync(session, build.CreatedAt, MostOthers), cancellationToken);
        var before = agent?.Before ?? AgentBefore.Nothing;
        string? fault = null, foreign = null;
        var isTold = false;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var reply = await model.AskAsync(build, Prompt.Understand(build, agent, fault, others), workItem, cancellationToken);
            build = reply.Build;
            if (reply.Later is { } later)
            {
                return new BuildMove.Wait(build, later);
            }

            fault = reply.Fault;
            if (reply.Value is not { } value || Read(value) is not { } understood)
            {
                fault ??= "The answer does not have the shape that was asked for.";
                continue;
            }

            // What is asked, refused or planned is read by who made the wish; an agent that is there keeps its language.
            // That is asked for once: in which letters a wish is can be mistaken, as where it names what it does not quote.
            foreign = build.Kind == BuildKind.Create ? Script.Fault(build.Wish, understood.Plan?.Purpose ?? understood.Say) : null;
            if (foreign is not null && !isTold)
            {
                (isTold, fault) = (true, $"{foreign} 'purpose' and 'say' are in the language of the wish.");
                continue;
            }

            switch (understood.Kind)
            {
                case "refusal":
                    return new BuildMove.End(build, BuildState.Refused, Said(understood.Say));
                case "question" when build.Talk.Count >= MostQuestions:
                    fault = $"There were {MostQuestions} questions already. Take for granted what is still open, or refuse.";
                    continue;
                case "question" when understood.Say.Length > 0:
                    return new BuildMove.Go(build with { Talk = [.. build.Talk, new BuildTalk(Said(understood.Say))] }, BuildState.Asking, $"It asks: {Said(understood.Say)}");
                case "plan" when understood.Plan is { } planned:
                    // What a plan does not speak of stays.
                    var plan = planned with { After = planned.After ?? (before.After.Count > 0 ? before.After : null) };
                    fault = Secret(plan) ?? Blueprints.Fault(plan, clock.Now(), web.Value, before);
                    if (fault is null)
                    {
                        return await AcceptedAsync(build, plan with { Say = string.IsNullOrWhiteSpace(understood.Say) ? null : Said(understood.Say) }, foreign, cancellationToken);
                    }

                    continue;
                default:
                    fault = "'kind' is 'plan' with a plan, 'question' with words in 'say', or 'refusal' with words in 'say'.";
                    continue;
            }
        }

        return new BuildMove.End(build, BuildState.Failed, $"No plan came of {MostTries} answers of the model. {fault}");
    }

    // Where in a plan a secret stands; null when nowhere.
    private string? Secret(Blueprint plan) => JsonSerializer.SerializeToNode(plan, Json.Options)!.AsObject()
        .Select(member => (member.Key, Secret: redactor.FindSecret(member.Value?.ToJsonString(Json.Options) ?? ""))).FirstOrDefault(one => one.Secret is not null) is { Secret: { } secret, Key: var name }
        ? $"What stands in '{name}' of the plan ({secret}) is a secret by its look. Credentials are no settings: leave it out."
        : null;

    private async Task<BuildMove> AcceptedAsync(Build build, Blueprint plan, string? foreign, CancellationToken cancellationToken)
    {
        // The name is the owner's to choose, and a change keeps it.
        var name = build.Name ?? await database.ReadAsync(session => FreeName.LikeAsync(session, plan.Name), cancellationToken);
        build = build with { Name = name, Blueprint = plan with { Name = name } };
        var told = string.Join(' ', new[] { plan.Purpose, plan.Say is { } said ? $"The model says: {said}" : null, foreign }.OfType<string>());
        return build.PlanOnly
            ? new BuildMove.End(build, BuildState.Planned, $"The plan for {name}: {told}")
            : new BuildMove.Go(build, BuildState.Writing, $"Planned {name}: {told}");
    }

    private static Understood? Read(JsonElement value)
    {
        try
        {
            return value.Deserialize<Understood>(Shape);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Said(string text) => redactor.Redact(text.Cut(LongestSay, "..."));

    private static readonly JsonSerializerOptions Shape = new(Json.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record Understood(string Kind, string Say, Blueprint? Plan = null);
}
