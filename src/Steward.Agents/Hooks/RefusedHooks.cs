using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Steward.Governance.Audit;
using Steward.Kernel;

namespace Steward.Agents.Hooks;

/// <summary>
/// Writes refused calls of webhooks into the audit log, and does not let strangers fill it: the first of a cause is a row at once,
/// those of the following minute become one row with their number when the next one comes or the server stops.
/// </summary>
internal sealed class RefusedHooks(AuditLog audit, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Bounded by the causes there are, a handful.
    private readonly Dictionary<string, (DateTimeOffset Since, long Unwritten)> causes = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Counts one.</summary>
    /// <param name="code">The cause, a stable word.</param>
    /// <param name="reason">For people; nothing of what the caller sent.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RecordAsync(string code, string reason, string from, CancellationToken cancellationToken)
    {
        long count;
        lock (gate)
        {
            var now = clock.Now();
            var known = causes.TryGetValue(code, out var cause) && now - cause.Since < Window;
            count = known ? 0 : cause.Unwritten + 1;
            causes[code] = known ? (cause.Since, cause.Unwritten + 1) : (now, 0);
        }

        if (count > 0)
        {
            await audit.AppendAsync(Entry(code, reason, from, count), cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes down what was counted and not written yet.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<(string Code, long Count)> rest;
        lock (gate)
        {
            rest = [.. causes.Where(cause => cause.Value.Unwritten > 0).Select(cause => (cause.Key, cause.Value.Unwritten))];
            causes.Clear();
        }

        foreach (var (code, count) in rest)
        {
            await audit.AppendAsync(Entry(code, "More of the same.", "several", count), cancellationToken);
        }
    }

    private static AuditEntry Entry(string code, string reason, string from, long count) => new("agent.hook-refused", "stranger")
    {
        Target = "hooks",
        Reason = count == 1 ? reason : string.Create(CultureInfo.InvariantCulture, $"{count} times: {reason}"),
        Detail = new JsonObject { ["code"] = code, ["count"] = count, ["lastFrom"] = from },
    };
}
