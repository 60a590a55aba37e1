using System.Text;
using Steward.Operations.Causes;
using Steward.Operations.Findings;

namespace Steward.Operations.Act;

/// <summary>What an issue about a finding says. Whatever came from outside stands in fences.</summary>
internal static class IssueText
{
    /// <summary>Its title: our words, the provider's id.</summary>
    public static string Title(Finding finding) => $"[{finding.Service}] {Words(finding.Kind)}: {(finding.Kind == FindingKind.CiFailed ? finding.Subject.Replace('/', ' ') : finding.DeploymentId ?? finding.Subject)}";

    /// <summary>Its body.</summary>
    public static string Body(Finding finding, string decided, Cause? cause, IReadOnlyList<(string Name, string Link)> links)
    {
        var found = new StringBuilder(finding.Summary).Append("\n\nDecided: ").Append(decided).Append("\n\nEvidence:");
        foreach (var line in finding.Evidence)
        {
            found.Append("\n- ").Append(line);
        }

        var body = new StringBuilder("**Found**\n\n").Append(Fence.Around(found.ToString()));
        if (cause is not null)
        {
            body.Append('\n').Append(CauseText.Markdown(cause));
        }

        if (links.Count > 0)
        {
            body.Append("\n**Links**\n\n");
            foreach (var (name, link) in links)
            {
                body.Append($"- {name}: {link}\n");
            }
        }
        else if (finding.Link is { } page)
        {
            body.Append($"\nMore: <{page}>\n");
        }

        return body.Append($"\nCorrelation: `{finding.CorrelationId}`\n").ToString();
    }

    /// <summary>The kind of trouble in words.</summary>
    public static string Words(FindingKind kind) => kind switch
    {
        FindingKind.DeploymentFailed => "deployment failed",
        FindingKind.DeploymentCrashed => "deployment crashed",
        FindingKind.DeploymentUnhealthy => "deployment serves errors",
        FindingKind.CiFailed => "CI fails",
        FindingKind.PullRequestReady => "pull request is ready",
        FindingKind.WorkflowFailing => "workflow fails",
        FindingKind.HighCpu => "high processor use",
        FindingKind.HighMemory => "high memory use",
        FindingKind.HighErrorRate => "many errors",
        FindingKind.HighLatency => "slow answers",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
