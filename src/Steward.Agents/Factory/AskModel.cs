using System.Globalization;
using System.Text.Json;
using Steward.Connectors.Models;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>What came of a question.</summary>
/// <param name="Build">The build, with what was asked and paid counted.</param>
internal sealed record ModelReply(Build Build)
{
    /// <summary>The answer; null when there is none that can be used.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>What it cost, and who gave it.</summary>
    public ModelAnswer? Answer { get; init; }

    /// <summary>Why the answer cannot be used.</summary>
    public string? Fault { get; init; }

    /// <summary>What the work item says when nothing was asked.</summary>
    public WorkResult? Later { get; init; }
}

/// <summary>Asks a model for a build, through the gate. Its answer is data: whether it is what was asked for is looked at here, whether it is good elsewhere.</summary>
internal sealed class AskModel(Database database, Gate gate, ModelClient model, ModelCalls calls, TimeProvider clock)
{
    private const string Because = "An answer changes nothing. One that was lost is asked for again, and the build's budget bounds what that costs.";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Asks once.</summary>
    public async Task<ModelReply> AskAsync(Build build, ModelQuestion question, Guid workItem, CancellationToken cancellationToken)
    {
        while (true)
        {
            ModelAnswer? answer = null;
            string? fault = null;
            var request = new CallRequest(Key(build), new Actor(build.Account), calls.Ask(question), $"To build an agent: {Short(build.Wish)}", build.Id.ToString()) { WaitingWork = workItem };
            var step = await new GovernedStep(gate, clock) { RepeatBecause = Because }.RunAsync(request, async (permit, token) =>
            {
                try
                {
                    answer = await ListenAsync(build, told => model.AskAsync(permit, question, told, token));
                }
                catch (UnusableAnswerException e)
                {
                    // It was paid for.
                    (answer, fault) = (e.Answer, e.Message);
                }

                return $"{answer.Model} answered.";
            }, static (_, _) => Task.FromResult<bool?>(null), cancellationToken);
            if (step.Later is { } later)
            {
                return new ModelReply(build) { Later = later };
            }

            build = build with { Questions = build.Questions + 1 };
            if (answer is not null)
            {
                // Kept at once: a process that dies before the step is over has paid all the same.
                var paid = Paid(build, answer);
                await database.WriteAsync(session => BuildStore.SaveAsync(session, paid), CancellationToken.None);
                return new ModelReply(paid) { Answer = answer, Fault = fault, Value = fault is null ? JsonSerializer.Deserialize<JsonElement>(answer.Text) : null };
            }

            // It was answered, and the process died before the answer was kept.
        }
    }

    // Who watches sees that the model is at work.
    private async Task<ModelAnswer> ListenAsync(Build build, Func<Action<string>, Task<ModelAnswer>> ask)
    {
        var (written, said) = (0, 0);
        await using var telling = clock.CreateTimer(_ =>
        {
            if (Volatile.Read(ref written) is var now && now != said)
            {
                said = now;
                // A store that fails here fails again when the answer is kept, and is heard then.
                _ = database.WriteAsync(session => BuildStore.SayAsync(session, build.Id, build.State, string.Create(CultureInfo.InvariantCulture, $"The model has written {now:N0} characters."), clock.Now()), CancellationToken.None);
            }
        }, null, Pause, Pause);
        return await ask(text => Interlocked.Add(ref written, text.Length));
    }

    /// <summary>The question that is asked now, as the gate knows it.</summary>
    public static string Key(Build build) => $"build/{build.Id}/ask/{build.Questions}";

    private static Build Paid(Build build, ModelAnswer answer) => build with
    {
        TokensIn = build.TokensIn + answer.TokensIn,
        TokensOut = build.TokensOut + answer.TokensOut,
        Dollars = build.Dollars + answer.Dollars,
        Models = build.Models.Contains(answer.Model) ? build.Models : [.. build.Models, answer.Model],
    };

    private static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}...";
}
