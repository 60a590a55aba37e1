using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>
/// Publishes what holds, when the gate says yes: by default a person looks at what the agent declares. The version that is
/// permitted is the version that is stored, by its hash.
/// </summary>
internal sealed class PublishStep(Database database, Gate gate, CreateAgent create, ChangeAgent update, BuildRounds rounds, PermissionSummary summary, TimeProvider clock) : IBuildStep
{
    /// <summary>What the policy calls it.</summary>
    public const string Action = "agent.publish";

    private const int MostOthers = 50;

    public IReadOnlyList<BuildState> States { get; } = [BuildState.Publishing];

    public async Task<BuildMove> RunAsync(Build build, Guid workItem, CancellationToken cancellationToken)
    {
        var round = (await rounds.AllAsync(build, cancellationToken))[^1];
        var declaration = DeclarationReader.ReadKept(round.Declaration!);
        if (await OvertakenAsync(build, declaration, cancellationToken) is { } overtaken)
        {
            return overtaken;
        }

        var (change, before) = await database.ReadAsync(async session => (await BuildChange.OfAsync(session, build, round), await ReadAgent.BeforeAsync(session, build)), cancellationToken);
        var asks = summary.Of(build.Blueprint!, declaration, before, round, clock.Now());
        var call = new Call(Action, $"agent/{build.Name}", new JsonObject
        {
            ["sha256"] = TextHash.Of(round.Source),
            ["settings"] = JsonNode.Parse(round.Settings),
            ["base"] = build.Base,
            ["schedule"] = JsonSerializer.SerializeToNode(before.Next(declaration.Schedule), Json.Options),
            ["declaration"] = JsonNode.Parse(round.Declaration!),
        });
        var request = new CallRequest(Key(build), new Actor(build.Account), call, $"{Said(build.Kind)} {build.Name}: {build.Blueprint?.Purpose}", build.Id.ToString())
        {
            Evidence = [.. change?.Lines(build.Id) ?? [], .. asks.Lines], WaitingWork = workItem, Facts = Facts(build, asks),
        };
        Outcome<Agent>? made = null;
        var step = await new GovernedStep(gate, clock).RunAsync(request, async (permit, token) => await permit.RunAsync(call, async sending =>
        {
            made = await StoreAsync(build, round, before.Yields(declaration.Schedule), sending);
            return made.IsRefused ? $"It could not be published: {made.Refusal.Message}" : $"{made.Value.Name} runs version {made.Value.Version}.";
        }, static told => told, token), async (_, token) => (await database.ReadAsync(session => BuildStore.FindAsync(session, build.Id), token))?.Version is not null, cancellationToken);
        if (step.Later is { } later)
        {
            // What is to run once is over when its time comes, whatever it waits for.
            return new BuildMove.Wait(build, declaration.Schedule?.At is { } at && at > clock.Now() && later.Until > at ? WorkResult.WaitUntil(at, later.Text) : later);
        }

        // The version stands in the build's own row, written with the agent's.
        build = await database.ReadAsync(session => BuildStore.FindAsync(session, build.Id), cancellationToken) ?? build;
        return await OvertakenAsync(build, declaration, cancellationToken) is { } late ? late
            : build.Version is { } version ? new BuildMove.End(build, BuildState.Published, string.Join("; ", [$"{build.Name} runs version {version}. {asks.When}", .. asks.Stays]))
            : new BuildMove.End(build, BuildState.Failed, made is { IsRefused: true } ? made.Refusal.Message : step.Detail ?? "It could not be published.");
    }

    /// <summary>The one execution that the gate knows.</summary>
    public static string Key(Build build) => $"build/{build.Id}/publish/{build.Name}/{build.Round}/{build.Questions}";

    // Two wishes may have been planned with one name, and only the first agent of a name
    // can have it. Another name is another call, for which a person is asked anew. Of two
    // changes of one version only the first can be published, and nobody is asked about the other.
    // Nor is anybody about a time that passed while it was written, or while a person thought.
    private Task<BuildMove?> OvertakenAsync(Build build, Declaration declaration, CancellationToken cancellationToken) => database.WriteAsync<BuildMove?>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (build.Version is null && (await ReadAgent.ChangedAsync(session, build) ?? await ReadAgent.PassedAsync(session, build, declaration.Schedule, clock.Now())) is { } over)
        {
            await gate.WithdrawAsync(session, Key(build), over);
            return new BuildMove.End(build, BuildState.Failed, over);
        }

        var name = build is { Kind: BuildKind.Create, Version: null } ? await FreeName.LikeAsync(session, build.Name!) : build.Name;
        if (name == build.Name)
        {
            return null;
        }

        var told = $"There is an agent {build.Name} by now: this one becomes {name}.";
        await gate.WithdrawAsync(session, Key(build), told);
        return new BuildMove.Go(build with { Name = name, Blueprint = build.Blueprint! with { Name = name! } }, BuildState.Publishing, told);
    }, cancellationToken);

    private static HashSet<string> Facts(Build build, PermissionsAsked asks)
    {
        var facts = new HashSet<string>(StringComparer.Ordinal) { "checked" };
        if (asks.ReadsOnly)
        {
            facts.Add("read-only");
        }

        if (build.Waived)
        {
            facts.Add("asked-by-a-person");
        }

        return facts;
    }

    private async Task<Outcome<Agent>> StoreAsync(Build build, BuildRound round, bool asDeclared, CancellationToken cancellationToken)
    {
        var (by, settings) = (new Actor(build.CreatedBy), Json.Read<Dictionary<string, JsonElement>>(round.Settings));
        async Task Note(Session session, Agent agent)
        {
            await BuildStore.SaveAsync(session, build with { AgentId = agent.Id, Version = agent.Version });
            // What else waits to change the same version looks again and ends.
            foreach (var other in (await BuildStore.ListAsync(session, BuildState.Publishing, agent.Id, new PageRequest(MostOthers))).Items.Where(one => one.Id != build.Id))
            {
                if (await BuildStore.WorkAsync(session, other.Id) is { } item)
                {
                    await WorkLedger.WakeAsync(session, item, clock.Now());
                }
            }
        }

        return build.Kind == BuildKind.Create
            ? await create.HandleAsync(new AgentWish(build.Name, Source: round.Source, Settings: settings) { Model = round.Model }, by, Note, cancellationToken)
            : await update.UpdateAsync(build.AgentId!.Value.ToString(), new AgentUpdate(round.Source, settings, asDeclared ? JsonSerializer.SerializeToElement(ChangeAgent.AsDeclared) : null) { Base = build.Base, Model = round.Model }, by, Note, cancellationToken);
    }

    private static string Said(BuildKind kind) => kind switch
    {
        BuildKind.Create => "Publish the new agent",
        BuildKind.Edit => "Publish a new version of",
        _ => "Publish a repaired version of",
    };
}
