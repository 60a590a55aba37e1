using System.Globalization;
using System.Text;
using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Storage;

namespace Steward.Operations.Events;

/// <summary>How everything stands, for <c>/status</c>: services, what is wrong, what waits for a person.</summary>
internal sealed class CommandStatus(Database database, ReadApprovals approvals, KillSwitch switches, CommandDeploys deploys, Repositories repositories)
{
    // What fits on a page; the rest is counted.
    private const int MaxLines = 30;

    /// <summary>Says how everything stands.</summary>
    public async Task<CommandAnswer> TellAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        var (services, deployments, open) = await database.ReadAsync(async session => (
            await ServiceStore.AllAsync(session), await DeploymentStore.RecentAsync(session), await FindingStore.OpenAsync(session)), cancellationToken);
        var pending = (await approvals.PendingAsync(PageRequest.MaxLimit, cancellationToken)).Where(one => repositories.MayDecide(given.Repository, one)).ToList();
        services = [.. services.Where(service => repositories.MayCommand(given.Repository, service.Name))];
        open = [.. open.Where(finding => finding.Service == given.Repository.ToString() || repositories.MayCommand(given.Repository, finding.Service))];
        var stops = await switches.ActiveAsync(cancellationToken);
        var text = new StringBuilder();
        if (stops.Count > 0)
        {
            Section(text, "Stopped", [.. stops.Select(stop => $"{stop.Covers} since {UtcTime.ToText(stop.RaisedAt)} by {stop.RaisedBy}: {stop.Reason}")]);
        }

        if (await deploys.LastAsync(given, cancellationToken) is { } deploy)
        {
            Section(text, "This pull request", [$"{deploy.Title}: {Row.EnumText(deploy.State)} since {UtcTime.ToText(deploy.StateAt)}{(deploy.Note is { } note ? $", {note}" : "")}"]);
        }

        Section(text, "Services", [.. services.Select(service => Line(service, deployments[service.Id].FirstOrDefault(one => one.Id == service.DeploymentId)))]);
        Section(text, "Open findings", [.. open.Select(finding => $"{finding.Severity} {finding.Service}: {finding.Summary}")]);
        Section(text, "Waiting for a person (/approve ID or /deny ID)",
            [.. pending.Select(one => $"{one.Id} {one.Action} on {one.Target} for {one.Actor}, until {UtcTime.ToText(one.ExpiresAt)}")]);
        return new(string.Create(CultureInfo.InvariantCulture, $"{services.Count} services, {open.Count} open findings, {pending.Count} approvals that wait."), text.ToString().TrimEnd());
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        text.Append(title).Append('\n');
        foreach (var line in lines.Count == 0 ? ["none"] : lines.Take(MaxLines))
        {
            text.Append("  ").Append(line.ReplaceLineEndings(" ")).Append('\n');
        }

        if (lines.Count > MaxLines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  and {lines.Count - MaxLines} more\n");
        }

        text.Append('\n');
    }

    private static string Line(WatchedService service, Deployment? latest) =>
        $"{service.Name}: {(latest is null ? "no deployment" : Row.EnumText(latest.State))}{(latest?.Version is { } version ? $" {version}" : "")}, health {Row.EnumText(service.Health)}";
}
