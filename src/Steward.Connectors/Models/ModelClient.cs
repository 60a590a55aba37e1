using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.Models;

/// <summary>
/// Asks a language model, one question at a time, without tools: it can answer and nothing else. The settings say which model
/// is asked for which task, and whom next when it cannot be asked. Methods throw <see cref="ConnectorException"/> when no model
/// could answer, when it could cost too much, or when none is set up.
/// </summary>
public sealed partial class ModelClient
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "model";

    /// <summary>The name of the second server's pipeline.</summary>
    public const string SecondVendor = "model-second";

    /// <summary>What to do where no model is set up.</summary>
    public const string NotSetUp =
        "No model is set up. Set Models:ApiKey (or ANTHROPIC_API_KEY) and Models:Model, or Models:BaseUrl for one on this machine; see docs/models.md. Without a model: steward agents templates.";

    internal const string Operation = "AskModel";

    private readonly Dictionary<string, ProviderHttp> servers;
    private readonly ModelOptions settings;
    private readonly ModelRoutes routes;
    private readonly ModelCalls calls;
    private readonly ModelBudget budget;
    private readonly TimeProvider clock;
    private readonly ILogger log;

    internal ModelClient(IEnumerable<(string Vendor, ProviderHttp Http)> servers, IOptions<ModelOptions> options, ModelCalls calls, ModelBudget budget, TimeProvider clock, ILogger<ModelClient> log)
    {
        this.servers = servers.ToDictionary(server => server.Vendor, server => server.Http);
        (settings, routes) = (options.Value, new(options.Value));
        (this.calls, this.budget, this.clock, this.log) = (calls, budget, clock, log);
    }

    /// <summary>True when there is a model to ask: one is named, and there is a key, or its server is on this machine.</summary>
    public bool IsConfigured => routes.Of(ModelTask.Summary).Count > 0;

    /// <inheritdoc cref="AskAsync(Permit, ModelQuestion, Action{string}?, CancellationToken)"/>
    public Task<ModelAnswer> AskAsync(Permit permit, ModelQuestion question, CancellationToken cancellationToken) => AskAsync(permit, question, null, cancellationToken);

    /// <summary>
    /// Asks; gives what the model wrote. An answer that is empty, or is not the JSON that was asked for, is asked for once more.
    /// What was lost on the way was paid for: it is not asked of the same model again.
    /// </summary>
    /// <param name="permit">For <see cref="ModelCalls.Ask"/>.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="onText">Hears the words as they come, and must not throw; null to have the answer as a whole. With somebody listening nothing is asked twice once words have come.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown, and as paid.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    /// <exception cref="UnusableAnswerException">A model answered, and its answer is a refusal, empty, or not whole or not the JSON that was asked for.</exception>
    /// <exception cref="ConnectorException">No model answered, or none was asked.</exception>
    public async Task<ModelAnswer> AskAsync(Permit permit, ModelQuestion question, Action<string>? onText, CancellationToken cancellationToken)
    {
        if (routes.Of(question.Task) is not { Count: > 0 } models)
        {
            throw new ConnectorException(Vendor, Operation, NotSetUp) { Effect = CallEffect.None };
        }

        var asking = new Asking(question, onText);
        var judged = await permit.RunAsync(calls.Ask(question), sending => AskAllAsync(models, asking, sending),
            end => $"{end.Reading.Model} answered: {asking.TokensIn} tokens in, {asking.TokensOut} out.{(end.Why is { } why ? $" {why}" : "")}", cancellationToken);
        var answer = asking.Answer(judged);
        return judged.Fault is { } fault ? throw new UnusableAnswerException(Vendor, Operation, judged.Why!, fault, answer) : answer;
    }

    // One after the other. Another model is no repeat; but what one of them may have been paid for is not forgotten.
    private async Task<JudgedAnswer> AskAllAsync(IReadOnlyList<ModelRoute> models, Asking asking, CancellationToken cancellationToken)
    {
        for (var at = 0; ; at++)
        {
            try
            {
                return await AskOneAsync(models[at], asking, cancellationToken);
            }
            catch (ConnectorException e) when (at < models.Count - 1 && !asking.WasHeard && MayPass(e))
            {
                asking.Failed(e);
                LogFallback(log, models[at].Model, models[at + 1].Model, e.Message);
            }
            catch (ConnectorException e) when (asking.WasLost && e.Effect == CallEffect.None)
            {
                throw new ConnectorException(e.Vendor, e.Operation, $"{e.Message} Before that, an answer of another model was lost.", e) { Status = e.Status, IsTransient = e.IsTransient, RetryAfter = e.RetryAfter };
            }
        }
    }

    // Down, overloaded, or not for us. A question that is itself wrong, or too dear, is so everywhere.
    private static bool MayPass(ConnectorException e) => e.IsTransient || (int?)e.Status is 401 or 403 or 404;

    private async Task<JudgedAnswer> AskOneAsync(ModelRoute model, Asking asking, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            var judged = JudgeAnswer.Of(await PaidAsync(model, asking, cancellationToken), asking.Question);
            if (again || asking.WasHeard || judged.Fault is not (AnswerFault.Empty or AnswerFault.NotJson))
            {
                return judged;
            }

            LogAgain(log, model.Model, judged.Why!);
        }
    }

    private async Task<ModelReading> PaidAsync(ModelRoute model, Asking asking, CancellationToken cancellationToken)
    {
        var entry = await budget.ReserveAsync(Operation, model, asking.Question, cancellationToken);
        ModelReading reading;
        try
        {
            reading = await servers[model.Server.Vendor].UseAsync(Operation, (http, attempt) => AskAsync(http, model, asking, attempt), answer => Refusal(model, answer), cancellationToken);
        }
        catch (ConnectorException e) when (e.Effect == CallEffect.None)
        {
            await budget.ReturnAsync(entry);
            throw;
        }

        asking.Paid(reading, await budget.SettleAsync(entry, model, asking.Question, reading));
        return reading;
    }

    private async Task<ModelReading> AskAsync(HttpClient http, ModelRoute model, Asking asking, CancellationToken attempt)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(attempt);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience,
            ModelCalls.IsLong(asking.Question.Task) ? settings.LongTimeout : settings.Timeout, Timeout.InfiniteTimeSpan);
        var reading = await ModelWire.AskAsync(http, model, asking.Question, ModelCalls.MaxTokens(settings, asking.Question), asking.Listener, patience.Token);
        return reading.StopReason is null
            ? throw new ConnectorException(model.Server.Vendor, Operation, "its answer broke off.") { IsTransient = true }
            : reading;
    }

    private static ConnectorException Refusal(ModelRoute model, ProviderAnswer answer) => (int)answer.Status switch
    {
        529 => answer.Failure("it is overloaded (status 529).", transient: true, CallEffect.None),
        404 => answer.Failure($"there is no model '{model.Model}' at {model.Server.Address.Host}, or no such address (status 404). Check Models:Model, its likes for single tasks, and Models:BaseUrl. {answer.Quote(answer.Text)}", transient: false, CallEffect.None),
        _ => answer.Refusal(),
    };

    [LoggerMessage(LogLevel.Warning, "{Model} was not to be asked, {Next} is: {Why}")]
    private static partial void LogFallback(ILogger log, string model, string next, string why);

    [LoggerMessage(LogLevel.Warning, "{Model} is asked once more: {Why}")]
    private static partial void LogAgain(ILogger log, string model, string why);
}
