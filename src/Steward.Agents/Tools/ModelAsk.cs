using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.Models;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Tools;

/// <summary>
/// Asks the model of the settings, through the gate with the agent as actor. What it costs is bounded for a day, for the agent
/// and for all together, before anything is asked; a question that may have been paid for counts.
/// </summary>
internal sealed class ModelAsk(
    Database database, Gate gate, ModelClient model, ModelCalls calls, IOptions<ModelOptions> models, IOptions<AgentsOptions> options, Redactor redactor, TimeProvider clock) : ITool
{
    public const string Tool = "model_ask";

    private const int LongestInstructions = 4000;
    private const int LongestData = 50_000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public string Name => Tool;

    public string Grant => "model";

    public string About => "Asks a language model: { instructions, data } gives { text, isWhole }. The policy decides, and a day's questions are bounded.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (!model.IsConfigured)
        {
            throw new ToolFaultException("not-set-up", ModelClient.NotSetUp);
        }

        var question = new ModelQuestion(redactor.Redact(call.Text("instructions", LongestInstructions)), redactor.Redact(call.Text("data", LongestData))) { Task = ModelTask.Agent, For = $"agent:{call.Caller.Agent.Name}" };
        var id = Ids.New(clock);
        await TakeAsync(id, call.Caller, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, models.Value.Timeout, Timeout.InfiniteTimeSpan);
        try
        {
            var answer = await AskAsync(id, call, question, patience.Token);
            await database.WriteAsync(session => QuestionStore.AnsweredAsync(session, id, answer), CancellationToken.None);
            return new JsonObject { ["text"] = redactor.Redact(answer.Text), ["isWhole"] = answer.IsWhole };
        }
        catch (UnusableAnswerException e)
        {
            await database.WriteAsync(session => QuestionStore.AnsweredAsync(session, id, e.Answer), CancellationToken.None);
            throw new ToolFaultException("failed", e.Message);
        }
        catch (ConnectorException e)
        {
            if (e.Effect == CallEffect.None)
            {
                await ReturnAsync(id);
            }

            throw new ToolFaultException(e.IsTransient ? "unreachable" : "failed", e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolFaultException("timeout", $"The model did not answer within {models.Value.Timeout:g} (Models:Timeout).");
        }
    }

    private async Task<ModelAnswer> AskAsync(Guid id, ToolCall call, ModelQuestion question, CancellationToken cancellationToken)
    {
        var (caller, key) = (call.Caller, $"agent/{call.Caller.RunId}/{call.Caller.Attempt}/{call.Number}");
        ModelAnswer? answer = null;
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(key, caller.Agent.Actor, calls.Ask(question), $"The agent {caller.Agent.Name} asks it.", caller.CorrelationId),
            async (permit, token) =>
            {
                answer = await model.AskAsync(permit, question, token);
                return "The model answered.";
            },
            (_, _) => Task.FromResult<bool?>(null), cancellationToken);
        if (answer is not null)
        {
            return answer;
        }

        // A run does not wait for people, so nobody has to decide on it, either.
        await database.WriteAsync(session => gate.WithdrawAsync(session, key, "The run does not wait for an answer."), CancellationToken.None);
        await ReturnAsync(id);
        throw new ToolFaultException("refused", step.Later is { Until: not null } later ? $"The model may not be asked now, and a run does not wait. {later.Text}" : step.Later?.Text ?? "It was asked before.");
    }

    private Task TakeAsync(Guid id, ToolCaller caller, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var (now, own) = (clock.Now(), caller.Declaration.Limits.ModelCallsPerDay);
        var (one, all) = await QuestionStore.CountAsync(session, caller.Agent.Id, now - Day);
        if (one >= own)
        {
            throw new ToolFaultException("too-many", $"The agent's {own} questions of this day are used up (limits.modelCallsPerDay of its declaration).");
        }

        if (all >= options.Value.ModelCallsPerDay)
        {
            throw new ToolFaultException("too-many", $"The {options.Value.ModelCallsPerDay} questions of all agents of this day are used up (Agents:ModelCallsPerDay).");
        }

        await QuestionStore.AddAsync(session, id, caller.Agent.Id, caller.RunId, now);
    }, cancellationToken);

    private Task ReturnAsync(Guid id) => database.WriteAsync(session => QuestionStore.ReturnAsync(session, id), CancellationToken.None);
}
