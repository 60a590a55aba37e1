using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>
/// Does what a command asks for and says what came of it. It may run again after a crash, and finds then what it did.
/// Nothing here goes past a rule: deploys go through the gate, decisions through the rules of approvals.
/// </summary>
internal sealed class CommandActions(
    Database database, DecideApproval decide, ReadApprovals approvals, KillSwitch switches, WorkLedger ledger, CommandStatus status, CommandDeploys deploys, Repositories repositories, TimeProvider clock)
{
    /// <summary>Tasks for the conductor, which is not there yet: the items wait for whoever takes this kind.</summary>
    internal const string TaskKind = "conductor.task";

    // Whoever may write to the repository could fill the ledger otherwise.
    private const int MaxTasks = 100;

    /// <summary>Does it.</summary>
    public Task<CommandAnswer> RunAsync(GivenCommand given, CancellationToken cancellationToken) => given.Command.Verb switch
    {
        CommandVerb.Deploy => deploys.DeployAsync(given, cancellationToken),
        CommandVerb.Rollback => deploys.RollBackAsync(given, cancellationToken),
        CommandVerb.Status => status.TellAsync(given, cancellationToken),
        CommandVerb.Approve => DecideAsync(given, true, cancellationToken),
        CommandVerb.Deny => DecideAsync(given, false, cancellationToken),
        CommandVerb.Stop => StopAsync(given, cancellationToken),
        CommandVerb.Claude => TaskAsync(given, cancellationToken),
        CommandVerb.Unclear => Task.FromResult(new CommandAnswer("Nothing was done: that is not a command as it stands. A command is the whole first line, in small letters, with single spaces:", CommentCommand.Forms)),
        CommandVerb.TooLong => Task.FromResult(new CommandAnswer($"Nothing was done: a command is one line, and the task of `/claude` has at most {CommentCommand.MaxTask} characters. Write what is longer into an issue, and name that.")),
        _ => throw new InvalidOperationException($"Unknown command {given.Command.Verb}."),
    };

    private async Task<CommandAnswer> DecideAsync(GivenCommand given, bool approve, CancellationToken cancellationToken)
    {
        var id = Guid.Parse(given.Command.Argument!);
        if (await approvals.FindAsync(id, cancellationToken) is { } wanted && !repositories.MayDecide(given.Repository, wanted))
        {
            return new($"Nothing was decided: this is about nothing that is deployed from {given.Repository}.");
        }

        var outcome = await decide.HandleAsync(id, approve, given.Person, $"Said in comment {given.CommentId} on {given.Repository}#{given.Number}.", cancellationToken);
        if (!outcome.IsRefused)
        {
            return new($"{(approve ? "Approved" : "Denied")}, as {given.Person} said: exactly this call and no other.", Lines(outcome.Value));
        }

        // After a crash the first run's decision stands already.
        var approval = await approvals.FindAsync(id, cancellationToken);
        return approval?.DecidedBy == given.Person.Name && (approve ? approval.State is ApprovalState.Approved or ApprovalState.Used : approval.State == ApprovalState.Denied)
            ? new($"{(approve ? "Approved" : "Denied")}, as {given.Person} said before.")
            : new("Nothing was decided.", outcome.Refusal.Message);
    }

    private async Task<CommandAnswer> StopAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        var reason = $"{given.Person} said {given.Command} on {given.Repository}#{given.Number}.";
        if (given.Command.Argument is not { } service)
        {
            if (!repositories.MayCommandAll(given.Repository))
            {
                return new($"Nothing was stopped: from here only what is deployed from {given.Repository} can be stopped. Say which: `/stop SERVICE`.");
            }

            var all = await switches.RaiseAsync(StopScope.Global, "", reason, given.Person, cancellationToken);
            return new($"Everything is stopped since {UtcTime.ToText(all.RaisedAt)}. Nothing is changed anywhere until a person lifts the stop (`steward resume`); this answer had to wait for that, too.");
        }

        // A name that nothing has would stop nothing and look like a stop.
        var known = (await database.ReadAsync(ServiceStore.AllAsync, cancellationToken)).Select(one => one.Name).Where(name => repositories.MayCommand(given.Repository, name)).ToList();
        if (!known.Contains(service, StringComparer.Ordinal))
        {
            return new("Nothing was stopped: there is no such service. These are watched:", string.Join('\n', known));
        }

        var stop = await switches.RaiseAsync(StopScope.Service, service, reason, given.Person, cancellationToken);
        return new($"The service is stopped since {UtcTime.ToText(stop.RaisedAt)}: Steward changes nothing about it until a person lifts the stop (`steward resume --service NAME`).", service);
    }

    private async Task<CommandAnswer> TaskAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        var waiting = await ledger.ListAsync(WorkState.Pending, TaskKind, new PageRequest(MaxTasks), cancellationToken);
        if (waiting.Items.Count >= MaxTasks)
        {
            return new($"The task was not recorded: {MaxTasks} others wait for the conductor already, who is not there yet.");
        }

        var task = new JsonObject
        {
            ["task"] = given.Command.Argument,
            ["repository"] = given.Repository.ToString(),
            ["pullRequest"] = given.Number,
            ["commentId"] = given.CommentId,
            ["askedBy"] = given.Person.Name,
            ["askedAt"] = UtcTime.ToText(clock.Now()),
        };
        await ledger.EnqueueAsync(new NewWork(TaskKind, $"github/{given.Repository}/comment/{given.CommentId}", task.ToJsonString(Json.Options)) { CorrelationId = $"comment-{given.CommentId}" }, cancellationToken);
        return new("The task is recorded and waits for the conductor, who is not there yet: nothing is done about it now.", given.Command.Argument);
    }

    private static string Lines(Approval approval) => $"{approval.Action}\n{approval.Target}\n{approval.Reason}";
}
