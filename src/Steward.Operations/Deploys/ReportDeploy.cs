using System.Text;
using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>Comments the end of a deploy on its pull request. A report that fails is a failed report: it changes nothing about the deploy.</summary>
internal sealed class ReportDeploy(Database database, Gate gate, GitHubComments comments, GitHubCalls calls, TimeProvider clock) : IWorkHandler
{
    private const string WorkKind = "operations.deploy-report";
    private const int Patience = 10;

    public string Kind => WorkKind;

    /// <summary>Asks for the report of a deploy that ended: a comment where there is a thread, and word to people.</summary>
    public static async Task AskAsync(Session session, WorkLedger ledger, Deploy deploy)
    {
        if (deploy.PullRequest is not null)
        {
            await ledger.EnqueueAsync(session, new NewWork(WorkKind, deploy.Id.ToString(), Json.Write(new DeployPayload(deploy.Id)))
            {
                CorrelationId = deploy.CorrelationId,
                MaxAttempts = Patience,
            });
        }
    }

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<DeployPayload>();
        var deploy = await database.ReadAsync(session => DeployStore.FindAsync(session, payload.Deploy), cancellationToken)
            ?? throw new InvalidOperationException($"There is no deploy {payload.Deploy}.");
        if (!comments.IsConfigured)
        {
            return WorkResult.Done("No comment: GitHub is not set up.");
        }

        var (repository, number, key, body) = (GitHubRepo.Parse(deploy.Repository!), deploy.PullRequest!.Value, $"deploy/{deploy.Id}", Body(deploy));
        var step = await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks("comment", calls.PutComment(repository, number, key, body), $"{deploy.Title} ended.", item.Id),
            async (permit, token) => $"Comment {await comments.PutAsync(permit, repository, number, key, body, token)}.",
            async (_, token) => await comments.IsThereAsync(repository, number, key, body, token),
            cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail);
    }

    private static string Body(Deploy deploy)
    {
        var text = new StringBuilder().Append("## ").Append(Heading(deploy.State)).Append("\n\n");
        text.Append("| | |\n|---|---|\n");
        foreach (var (name, value) in new[]
        {
            ("Service", deploy.Service), ("Environment", deploy.Environment), ("Commit", deploy.CommitSha), ("Deployment", deploy.DeploymentId),
            ("Checked at", deploy.Url), ("Asked for by", deploy.RequestedBy), ("Correlation", deploy.CorrelationId),
        })
        {
            if (value is not null)
            {
                text.Append("| ").Append(name).Append(" | `").Append(value.Replace('`', '\'').Replace('|', '/')).Append("` |\n");
            }
        }

        // What came of it quotes providers and services: data, so it is fenced.
        return text.Append("\n~~~~text\n").Append((deploy.Note ?? "").Replace("~~~~", "~ ~ ~ ~", StringComparison.Ordinal)).Append("\n~~~~\n").ToString();
    }

    private static string Heading(DeployState state) => state switch
    {
        DeployState.Succeeded => "✅ Deployed and verified",
        DeployState.Unverified => "❔ Deployed, not verified",
        DeployState.RolledBack => "⚠️ Deployment failed; rolled back",
        DeployState.Refused => "⛔ Not deployed",
        DeployState.Overtaken => "⏭️ Overtaken",
        DeployState.Cancelled => "✋ Called off",
        _ => "⚠️ Deployment failed",
    };
}
