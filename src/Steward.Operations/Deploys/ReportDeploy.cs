using System.Text;
using Steward.Alerts;
using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>Comments the end of a deploy on its pull request, and what stop holds it back. A report that fails is a failed report: it changes nothing about the deploy.</summary>
internal sealed class ReportDeploy(
    Database database, Gate gate, GitHubPullRequests pullRequests, GitHubComments comments, GitHubCalls calls, FindingIssues issues, Repositories repositories, TimeProvider clock) : IWorkHandler
{
    private const string WorkKind = "operations.deploy-report";
    private const int Patience = 10;
    private const string Held = "held by a stop";

    // The issue about what failed is opened within seconds, unless a person is asked first.
    private static readonly TimeSpan IssuePatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    public string Kind => WorkKind;

    /// <summary>Has the end of a deploy told: a comment where there is a thread, and word to people.</summary>
    /// <param name="session">The transaction in which it ended.</param>
    /// <param name="ledger">Where the comment waits.</param>
    /// <param name="outbox">Who tells people.</param>
    /// <param name="deploy">The deploy as it ended.</param>
    /// <param name="cause">What corrected an end that was told before; null for the first.</param>
    public static async Task AskAsync(Session session, WorkLedger ledger, Outbox outbox, Deploy deploy, string? cause = null)
    {
        await outbox.TellAsync(session, Told(deploy, cause is null ? $"deploy/{deploy.Id}" : $"deploy/{deploy.Id}/{cause}", Status(deploy.State), Severity(deploy.State), Heading(deploy).Words));
        await CommentAsync(session, ledger, deploy, cause);
    }

    /// <summary>Has it told that a stop holds a deploy back, once for each stop: to people, who may lift it, and on the thread.</summary>
    /// <param name="session">The transaction in which that is written.</param>
    /// <param name="ledger">Where the comment waits.</param>
    /// <param name="outbox">Who tells people.</param>
    /// <param name="deploy">The deploy; its note says which stop.</param>
    public static async Task HeldAsync(Session session, WorkLedger ledger, Outbox outbox, Deploy deploy)
    {
        var end = $"held/{TextHash.Of(deploy.Note!)[..16]}";
        // Another stop has another command.
        await outbox.TellAsync(session, Told(deploy, $"deploy/{deploy.Id}/{end}", "HELD", AlertSeverity.Warning, Held) with { IsAlwaysNews = true });
        if (deploy.PullRequest is not null)
        {
            await ledger.EnqueueAsync(session, Work(deploy, new ReportPayload(deploy.Id, end, deploy.Note)));
        }
    }

    /// <summary>Has the end that stands now commented on the thread, where there is one, in place of what was said there before.</summary>
    /// <param name="session">The transaction in which it ended.</param>
    /// <param name="ledger">Where the comment waits.</param>
    /// <param name="deploy">The deploy as it ended.</param>
    /// <param name="cause">What corrected an end that was told before; null for the first.</param>
    public static async Task CommentAsync(Session session, WorkLedger ledger, Deploy deploy, string? cause = null)
    {
        if (deploy.PullRequest is not null)
        {
            var end = cause is null ? Row.EnumText(deploy.State) : $"{Row.EnumText(deploy.State)}/{cause}";
            await ledger.EnqueueAsync(session, Work(deploy, new ReportPayload(deploy.Id, end)));
        }
    }

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ReportPayload>();
        var deploy = await database.ReadAsync(session => DeployStore.FindAsync(session, payload.Deploy), cancellationToken)
            ?? throw new InvalidOperationException($"There is no deploy {payload.Deploy}.");
        if (!comments.IsConfigured)
        {
            return WorkResult.Done("No comment: GitHub is not set up.");
        }

        // The stop may have held this comment as well; when it is lifted, this and the deploy wake in any order.
        if (payload.Held is { } held && (deploy.Note != held || await database.ReadAsync(session => KillSwitch.CoveringAsync(session, Cycle.Actor, deploy.Service), cancellationToken) != held))
        {
            return WorkResult.Done("No comment: it is not held by that any more.");
        }

        // Whoever mistyped the number is told otherwise: there is no thread.
        if (deploy is { Kind: DeployKind.PullRequest, HeadSha: null } && await pullRequests.FindAsync(GitHubRepo.Parse(deploy.Repository!), deploy.PullRequest!.Value, cancellationToken) is null)
        {
            return WorkResult.Done("No comment: there is no such pull request.");
        }

        // What is said under one key stands in the place of what was said before, of which GitHub tells nobody.
        var key = payload.Held is null ? $"deploy/{deploy.Id}" : $"deploy/{deploy.Id}/{payload.End}";
        var (issue, isOnItsWay) = await IssueAsync(deploy, cancellationToken);
        if (isOnItsWay)
        {
            return WorkResult.WaitUntil(clock.Now() + Again, "The issue about what failed is not there yet.");
        }

        var (repository, number, body) = (GitHubRepo.Parse(deploy.Repository!), deploy.PullRequest!.Value, Body(deploy, payload.Held is null ? Heading(deploy) : ("✋", Held), issue));
        var step = await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks($"comment/{payload.End ?? Row.EnumText(deploy.State)}", calls.PutComment(repository, number, key, body), $"{deploy.Title} {(payload.Held is null ? "ended" : "is held")}.", item.Id),
            async (permit, token) => $"Comment {await comments.PutAsync(permit, repository, number, key, body, token)}.",
            async (_, token) => await comments.IsThereAsync(repository, number, key, body, token),
            cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail);
    }

    private static NewWork Work(Deploy deploy, ReportPayload payload) => new(WorkKind, $"{deploy.Id}/{payload.End}", Json.Write(payload))
    {
        CorrelationId = deploy.CorrelationId,
        MaxAttempts = Patience,
    };

    private static Alert Told(Deploy deploy, string key, string status, AlertSeverity severity, string words) => new(key, $"deploy/{deploy.Id}", severity, $"{deploy.Title}: {words}", deploy.Note ?? "")
    {
        Service = deploy.Service,
        Status = status,
        Environment = deploy.Environment,
        CommitSha = deploy.CommitSha,
        PullRequest = deploy.PullRequest,
        DeploymentId = deploy.DeploymentId,
        RollbackDeploymentId = deploy.TargetId,
        Link = deploy.Url,
        CorrelationId = deploy.CorrelationId,
    };

    private async Task<(string? Issue, bool IsOnItsWay)> IssueAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        if (deploy is not { State: DeployState.RolledBack or DeployState.Failed, DeploymentId: { } deployment })
        {
            return (null, false);
        }

        var findings = await database.ReadAsync(session => FindingStore.OfSubjectAsync(session, Finding.OfDeployment(deployment)), cancellationToken);
        if (findings.FirstOrDefault(one => one.Has(DecisionKind.OpenIssue)) is not { } finding || repositories.Of(finding) is not { } repository)
        {
            return (null, false);
        }

        return await issues.OfAsync(finding, repository, cancellationToken) is { } issue
            ? (repository.ToString() == deploy.Repository ? $"#{issue.Number}" : $"{repository}#{issue.Number}", false)
            : (null, clock.Now() < finding.OpenedAt + IssuePatience);
    }

    private static string Body(Deploy deploy, (string Sign, string Words) heading, string? issue)
    {
        var (sign, words) = heading;
        var text = new StringBuilder().Append("## ").Append(sign).Append(' ').Append(char.ToUpperInvariant(words[0])).Append(words, 1, words.Length - 1).Append("\n\n");
        text.Append("| | |\n|---|---|\n");
        foreach (var (name, value) in new[]
        {
            ("Service", deploy.Service), ("Environment", deploy.Environment), ("Commit", deploy.CommitSha), ("Deployment", deploy.DeploymentId),
            ("Checked at", deploy.Url), ("Asked for by", deploy.RequestedBy), ("Correlation", deploy.CorrelationId),
        })
        {
            if (value is not null)
            {
                text.Append("| ").Append(name).Append(" | `").Append(value.Replace('`', '\'').Replace('|', '/').ReplaceLineEndings(" ")).Append("` |\n");
            }
        }

        if (issue is not null)
        {
            text.Append("\nWhat failed, and why as far as the log says: ").Append(issue).Append('\n');
        }

        // What came of it quotes providers and services: data, so it is fenced.
        return text.Append('\n').Append(Fence.Around(deploy.Note ?? "")).ToString();
    }

    // The mission's words for a workflow that formats them.
    private static string Status(DeployState state) => state switch
    {
        DeployState.Succeeded => "SUCCESS",
        DeployState.Unverified => "UNVERIFIED",
        _ => "FAILED",
    };

    private static AlertSeverity Severity(DeployState state) => state switch
    {
        DeployState.Failed or DeployState.RolledBack => AlertSeverity.Warning,
        _ => AlertSeverity.Info,
    };

    private static (string Sign, string Words) Heading(Deploy deploy) => (deploy.Kind, deploy.State) switch
    {
        (DeployKind.RollBack, DeployState.Succeeded) => ("↩️", "rolled back and verified"),
        (DeployKind.RollBack, DeployState.Unverified) => ("❔", "rolled back, not verified"),
        (DeployKind.RollBack, DeployState.Refused) => ("⛔", "not rolled back"),
        (_, var state) => Heading(state),
    };

    private static (string Sign, string Words) Heading(DeployState state) => state switch
    {
        DeployState.Succeeded => ("✅", "deployed and verified"),
        DeployState.Unverified => ("❔", "deployed, not verified"),
        DeployState.RolledBack => ("⚠️", "failed and was rolled back"),
        DeployState.Refused => ("⛔", "not deployed"),
        DeployState.Overtaken => ("⏭️", "overtaken"),
        DeployState.Cancelled => ("✋", "called off"),
        _ => ("⚠️", "failed"),
    };
}

/// <summary>Which end of a deploy, or which wait, a comment is about.</summary>
/// <param name="Deploy">Its id.</param>
/// <param name="End">The end that was reached then, told apart from those before; null from versions that knew no other.</param>
/// <param name="Held">For one that is held back and has not ended: by what.</param>
internal sealed record ReportPayload(Guid Deploy, string? End = null, string? Held = null);
