using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Agents.Runs;
using Steward.Agents.Tools;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Catalogue;

/// <summary>Changes an agent that is there: pauses, resumes, sets, gives it a new or an earlier version, deletes it. Audited.</summary>
internal sealed class ChangeAgent(Database database, PrepareVersion prepare, PutOnCalendar calendar, CallRates rates, AgentFolders folders, AuditLog audit, TimeProvider clock)
{
    public Task<Outcome<Agent>> PauseAsync(string agent, Actor by, CancellationToken cancellationToken) => SetAsync(agent, AgentState.Paused, "agent.paused", by, cancellationToken);

    public Task<Outcome<Agent>> ResumeAsync(string agent, Actor by, CancellationToken cancellationToken) => SetAsync(agent, AgentState.Active, "agent.resumed", by, cancellationToken);

    public Task<Outcome<Agent>> DisableAsync(string agent, Actor by, CancellationToken cancellationToken) => SetAsync(agent, AgentState.Disabled, "agent.disabled", by, cancellationToken);

    /// <summary>How often a change is prepared anew because others were quicker: each of them costs it a compilation.</summary>
    private const int MostTries = 8;

    /// <summary>What stands for the declared schedule in the place of another one.</summary>
    internal const string AsDeclared = "declared";

    /// <summary>Gives it other settings, another source, another schedule, or all of them; that makes a version.</summary>
    public Task<Outcome<Agent>> UpdateAsync(string name, AgentUpdate update, Actor by, CancellationToken cancellationToken) => UpdateAsync(name, update, by, static (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Changes it, and writes beside it in the same transaction what else hangs on that.</summary>
    public async Task<Outcome<Agent>> UpdateAsync(string name, AgentUpdate update, Actor by, Func<Session, Agent, Task> beside, CancellationToken cancellationToken)
    {
        if (update is { Source: null, Settings: null, Set: null, Schedule: null })
        {
            return Refusal.Invalid("source", "Nothing is to be changed: give 'source', 'settings', 'set' or 'schedule'.");
        }

        var schedule = update.Schedule is { } words && !IsDeclared(words) ? DeclarationReader.ReadSchedule(words) : null;
        if (schedule is { IsRefused: true })
        {
            return schedule.Refusal;
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await TryUpdateAsync(name, update, schedule?.Value, by, beside, cancellationToken) is { } done)
            {
                return done;
            }
        }

        return new Refusal(RefusalKind.Conflict, "changed", $"{name} was changed {MostTries} times while this change was prepared, and nothing of it was kept: look what it runs by now, and ask again.");
    }

    // Null when somebody else changed it while this was compiled and tested: what was prepared is of what ran before.
    private async Task<Outcome<Agent>?> TryUpdateAsync(string name, AgentUpdate update, AgentSchedule? schedule, Actor by, Func<Session, Agent, Task> beside, CancellationToken cancellationToken)
    {
        var (agent, old, version) = await database.ReadAsync(async session => await FindAsync(session, name) is { } agent
            ? (agent, await AgentStore.SourceAsync(session, agent.Id, agent.Version), await AgentStore.VersionAsync(session, agent.Id, agent.Version))
            : default, cancellationToken);
        if (agent is null)
        {
            return Refusal.NotFound("agent", name);
        }

        // A time that it has already says nothing against what else is changed.
        bool IsPast(AgentSchedule one) => one.At < clock.Now() && !IsAt(agent.Schedule ?? version!.Declaration.Schedule, one.At.Value);
        if (schedule is { } given && IsPast(given))
        {
            return CreateAgent.Passed(given);
        }

        var prepared = await prepare.HandleAsync(agent.Name, update.Language ?? version!.Language, update.Source ?? old!, update.Settings ?? agent.Settings, update.Set, cancellationToken);
        if (prepared.IsRefused)
        {
            return prepared.Refusal;
        }

        var inPlace = update.Schedule is null ? agent.Schedule : schedule;
        if (inPlace is null && prepared.Value.Declaration.Schedule is { } declared && IsPast(declared))
        {
            return CreateAgent.Passed(declared, "declaration.schedule.at");
        }

        return await database.WriteAsync<Outcome<Agent>?>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await AgentStore.FindAsync(session, agent.Id) is not { } current)
            {
                return Refusal.NotFound("agent", name);
            }

            if (update.Base is { } based && based != current.Version)
            {
                return new Refusal(RefusalKind.Conflict, "changed", $"{current.Name} runs version {current.Version} by now, and this was made of version {based}: ask for the change again, so that it keeps what came in between.");
            }

            if (current.Version != agent.Version || Json.Write(current.Settings) != Json.Write(agent.Settings))
            {
                return null;
            }

            var (now, next) = (clock.Now(), await AgentStore.LatestVersionAsync(session, agent.Id) + 1);
            var changed = current with
            {
                Settings = update is { Settings: null, Set: null } ? current.Settings : prepared.Value.Settings,
                Schedule = update.Schedule is null ? current.Schedule : schedule,
            };
            await AgentStore.AddVersionAsync(session, agent.Id, new AgentVersion(next, prepared.Value.Language, prepared.Value.Declaration, CreateAgent.MadeBy(update.Model, by), now) { Settings = changed.Settings, Schedule = changed.Schedule }, prepared.Value.Source, prepared.Value.Assembly, prepared.Value.DeclarationJson);
            var switched = await SwitchAsync(session, changed, next, prepared.Value.Declaration, "agent.updated", by, now);
            await beside(session, switched);
            return switched;
        }, cancellationToken);
    }

    /// <summary>Whether a schedule is a time: as the store keeps it, which may be less exact than what was said.</summary>
    internal static bool IsAt(AgentSchedule? schedule, DateTimeOffset at) => schedule?.At is { } own && UtcTime.Truncate(own) == UtcTime.Truncate(at);

    private static bool IsDeclared(JsonElement schedule) => schedule.ValueKind == JsonValueKind.String && schedule.GetString() == AsDeclared;

    /// <summary>Lets an earlier version run again, with the settings and the schedule that it had.</summary>
    public Task<Outcome<Agent>> GoBackAsync(string name, int version, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Agent>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        if (await AgentStore.VersionAsync(session, agent.Id, version) is not { } wanted)
        {
            return new Refusal(RefusalKind.NotFound, "not-found", $"{agent.Name} has no version {version}: it has 1 to {await AgentStore.LatestVersionAsync(session, agent.Id)}.");
        }

        // A version from before versions held them leaves the settings and the schedule of today.
        var back = wanted.Settings is { } settings ? agent with { Settings = settings, Schedule = wanted.Schedule } : agent;
        return SettingValues.Check(wanted.Declaration, back.Settings) is { } wrong
            ? wrong with { Message = $"Version {version} does not fit the settings of today: {wrong.Message}" }
            : await SwitchAsync(session, back, version, wanted.Declaration, "agent.version-set", by, clock.Now());
    }, cancellationToken);

    /// <summary>Deletes it with its runs, its memory, its folder and its versions. A run that goes on is called off, and takes with it what it leaves.</summary>
    public async Task<Outcome<Agent>> DeleteAsync(string name, Actor by, CancellationToken cancellationToken)
    {
        var deleted = await ForgetAsync(name, by, cancellationToken);
        if (!deleted.IsRefused)
        {
            rates.Forget(deleted.Value.Id);
            folders.Delete(deleted.Value.Id);
        }

        return deleted;
    }

    private Task<Outcome<Agent>> ForgetAsync(string name, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Agent>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        await AgentStore.DeleteAsync(session, agent.Id);
        await calendar.RemoveAsync(session, agent.Id);
        session.Announce(CancelRun.Topic);
        await audit.AppendAsync(session, CreateAgent.Audited("agent.deleted", agent, by, $"It had {agent.Runs} runs."));
        return agent;
    }, cancellationToken);

    /// <summary>An agent by its name or its id.</summary>
    public static Task<Agent?> FindAsync(Session session, string nameOrId) =>
        Guid.TryParse(nameOrId, out var id) ? AgentStore.FindAsync(session, id) : AgentStore.FindAsync(session, nameOrId);

    private Task<Outcome<Agent>> SetAsync(string name, AgentState state, string kind, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Agent>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        var now = clock.Now();
        if (await AgentStore.SetStateAsync(session, agent.Id, state, now))
        {
            await calendar.PutAsync(session, agent with { State = state }, (await AgentStore.VersionAsync(session, agent.Id, agent.Version))!.Declaration);
            await audit.AppendAsync(session, CreateAgent.Audited(kind, agent, by, ""));
        }

        return agent with { State = state };
    }, cancellationToken);

    private async Task<Agent> SwitchAsync(Session session, Agent agent, int version, Declaration declaration, string kind, Actor by, DateTimeOffset now)
    {
        await AgentStore.SetVersionAsync(session, agent.Id, version, agent.Settings, agent.Schedule, now);
        await calendar.PutAsync(session, agent, declaration);
        await audit.AppendAsync(session, CreateAgent.Audited(kind, agent, by, $"Version {agent.Version} to {version}."));
        return agent with { Version = version, ChangedAt = now };
    }
}
