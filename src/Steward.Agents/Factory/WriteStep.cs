using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Factory;

/// <summary>Lets a model write the agent, or mend what was found: at most five times. What it writes is only kept here; the next step looks at it.</summary>
internal sealed class WriteStep(AskModel model, ReadAgent agents, BuildRounds rounds, Redactor redactor, TimeProvider clock) : IBuildStep
{
    /// <summary>How often a version is mended.</summary>
    public const int MostRepairs = 5;

    private const int MostTries = 3;

    public IReadOnlyList<BuildState> States { get; } = [BuildState.Writing, BuildState.Repairing];

    public async Task<BuildMove> RunAsync(Build build, Guid workItem, CancellationToken cancellationToken)
    {
        var (isFirst, all) = (build.State == BuildState.Writing, await rounds.AllAsync(build, cancellationToken));
        if (!isFirst && build.Round - build.FirstRound >= MostRepairs)
        {
            return new BuildMove.End(build, BuildState.Failed, BuildRounds.GiveUp(all, $"It was mended {MostRepairs} times and is not good yet."));
        }

        string? agent = null;
        if (build.Kind != BuildKind.Create)
        {
            var found = await agents.AsDataAsync(build, cancellationToken);
            if (found.IsRefused)
            {
                return new BuildMove.End(build, BuildState.Failed, found.Refusal.Message);
            }

            agent = found.Value.Data;
        }

        var question = isFirst ? Prompt.Write(build, agent) : Prompt.Repair(build, BuildRounds.Best(all)!, all[^1], redactor);
        string? fault = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var before = build;
            var reply = await model.AskAsync(build, question, workItem, cancellationToken);
            build = reply.Build;
            if (reply.Later is { } later)
            {
                return new BuildMove.Wait(build, later);
            }

            fault = reply.Fault;
            if (reply.Value is { } value && Written.Read(value, ref fault) is { } written)
            {
                fault = redactor.FindSecret(written.Settings) is { } setting ? $"Its settings hold what looks like a secret: {setting}."
                    : redactor.FindSecret(written.Samples) is { } sample ? $"Its samples hold what looks like a secret: {sample}."
                    : null;
                if (fault is not null)
                {
                    continue;
                }

                var round = new BuildRound(
                    isFirst ? 0 : build.Round + 1, reply.Answer!.Model, written.Source, written.Settings, written.Samples,
                    build.TokensIn - before.TokensIn, build.TokensOut - before.TokensOut, reply.Answer.Dollars, clock.Now());
                return new BuildMove.Go(build with { Round = round.Round }, BuildState.Checking,
                    $"{(isFirst ? "Written" : $"Mended, {round.Round - build.FirstRound}. of {MostRepairs} times,")} by {round.Model}: {written.Source.AsSpan().Count('\n') + 1} lines", round);
            }
        }

        return new BuildMove.End(build, BuildState.Failed, $"No source came of {MostTries} answers of the model. {fault}");
    }
}
