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
internal sealed class AskModel(Database database, Gate gate, ModelClient model, ModelCalls calls, ShowModels books, TimeProvider clock)
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
            using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            StepOutcome step;
            try
            {
                step = await new GovernedStep(gate, clock) { RepeatBecause = Because }.RunAsync(request, async (permit, _) =>
                {
                    try
                    {
                        answer = await ListenAsync(build, told => model.AskAsync(permit, question, told, calledOff.Token), calledOff);
                    }
                    catch (UnusableAnswerException e)
                    {
                        // It was paid for.
                        (answer, fault) = (e.Answer, e.Message);
                    }

                    return $"{answer.Model} answered.";
                }, static (_, _) => Task.FromResult<bool?>(null), cancellationToken);
            }
            catch (OperationCanceledException) when (calledOff.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return new ModelReply(build) { Later = WorkResult.Done("It was called off.") };
            }
            finally
            {
                // Whatever came of it, it is paid for.
                build = await CountAsync(answer is null || build.Models.Contains(answer.Model) ? build : build with { Models = [.. build.Models, answer.Model] });
            }

            if (step.Later is { } later)
            {
                return new ModelReply(build) { Later = later };
            }

            build = build with { Questions = build.Questions + 1 };
            if (answer is not null)
            {
                // Kept at once: it is the next question that is asked after a crash.
                await database.WriteAsync(session => BuildStore.SaveAsync(session, build), CancellationToken.None);
                return new ModelReply(build) { Answer = answer, Fault = fault, Value = fault is null ? JsonSerializer.Deserialize<JsonElement>(answer.Text) : null };
            }

            // It was answered, and the process died before the answer was kept.
        }
    }

    /// <summary>Takes over from the books what was paid for a build, also when it has ended: an answer may come later, or never.</summary>
    public async Task<Build> CountAsync(Build build)
    {
        var bill = await books.BillAsync(build.Account, CancellationToken.None);
        build = build with { TokensIn = bill.TokensIn, TokensOut = bill.TokensOut, Dollars = bill.Dollars };
        await database.WriteAsync(session => BuildStore.CountAsync(session, build), CancellationToken.None);
        return build;
    }

    // Who watches sees that the model is at work, and who calls the build off does not pay for the rest.
    private async Task<ModelAnswer> ListenAsync(Build build, Func<Action<string>, Task<ModelAnswer>> ask, CancellationTokenSource calledOff)
    {
        var (written, said) = (0, 0);
        var asking = ask(text => Interlocked.Add(ref written, text.Length));
        while (await Task.WhenAny(asking, Task.Delay(Pause, clock, CancellationToken.None)) != asking)
        {
            var now = Volatile.Read(ref written);
            var telling = TellAsync(build, now == said ? null : string.Create(CultureInfo.InvariantCulture, $"The model has written {now:N0} characters."));
            said = now;
            // A store that fails here fails again when the answer is kept, and is heard then.
            await Task.WhenAny(telling);
            if (telling.IsCompletedSuccessfully && !await telling)
            {
                await calledOff.CancelAsync();
            }
        }

        return await asking;
    }

    // False when the build has ended.
    private Task<bool> TellAsync(Build build, string? text) => database.WriteAsync(async session =>
    {
        if (await BuildStore.FindAsync(session, build.Id) is not { ClosedAt: null })
        {
            return false;
        }

        if (text is not null)
        {
            await BuildStore.SayAsync(session, build.Id, build.State, text, clock.Now());
        }

        return true;
    }, CancellationToken.None);

    /// <summary>The question that is asked now, as the gate knows it.</summary>
    public static string Key(Build build) => $"build/{build.Id}/ask/{build.Questions}";

    private static string Short(string text) => text.Cut(200, "...");
}
