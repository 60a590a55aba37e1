using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Governance.Audit;
using Steward.Kernel;

namespace Steward.Operations.Events;

/// <summary>
/// Writes refused deliveries into the audit log, and does not let strangers fill it: the first of a cause is a row at
/// once; those that follow within a minute become one row with their number. While they go on the minute becomes two,
/// four ... sixty.
/// </summary>
internal sealed partial class RefusedEvents(AuditLog audit, TimeProvider clock, ILogger<RefusedEvents> log) : IHostedService
{
    internal static readonly TimeSpan FirstWindow = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    // The name under which refusals stand in the audit log: nobody known did it.
    private const string Actor = "stranger";

    // Bounded: a handful of sources times a handful of reasons. Who sends does not count, for a sender has many addresses.
    private readonly ConcurrentDictionary<(string Source, string Code), Cause> causes = new();

    /// <summary>Counts a refusal; a first one is in the audit log when this returns.</summary>
    public async Task RecordAsync(string source, EventRefusal refusal, string from, CancellationToken cancellationToken)
    {
        var cause = causes.GetOrAdd((source, refusal.Code), _ => new Cause(source, refusal));
        if (cause.Open(from, clock.Now()))
        {
            cause.Timer ??= clock.CreateTimer(_ => _ = CloseAsync(cause), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            cause.Timer.Change(FirstWindow, Timeout.InfiniteTimeSpan);
            await audit.AppendAsync(Entry(cause.Source, cause.Refusal, new Tally(1, from, clock.Now())), cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes down what was counted and not written yet.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var cause in causes.Values)
        {
            cause.Timer?.Dispose();
            await WriteAsync(cause, cause.Take());
        }
    }

    private async Task CloseAsync(Cause cause)
    {
        var tally = cause.Close(out var next);
        if (next is { } window)
        {
            cause.Timer?.Change(window, Timeout.InfiniteTimeSpan);
        }

        await WriteAsync(cause, tally);
    }

    private async Task WriteAsync(Cause cause, Tally? tally)
    {
        if (tally is null)
        {
            return;
        }

        try
        {
            await audit.AppendAsync(Entry(cause.Source, cause.Refusal, tally), CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for this one; the log has it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotWritten(log, tally.Count, cause.Source, cause.Refusal.Code, e);
        }
    }

    private static AuditEntry Entry(string source, EventRefusal refusal, Tally tally) => new(AuditKinds.EventRefused, Actor)
    {
        Target = $"webhook/{source}",
        Reason = tally.Count == 1 ? refusal.Detail : string.Create(CultureInfo.InvariantCulture, $"{tally.Count} times: {refusal.Detail}"),
        Detail = new JsonObject
        {
            ["code"] = refusal.Code,
            ["status"] = refusal.Status,
            ["count"] = tally.Count,
            ["lastFrom"] = tally.From,
            ["since"] = UtcTime.ToText(tally.Since),
        },
    };

    [LoggerMessage(LogLevel.Error, "{Count} refused events of {Source} ({Code}) could not be written into the audit log")]
    private static partial void LogNotWritten(ILogger log, long count, string source, string code, Exception error);

    private sealed record Tally(long Count, string From, DateTimeOffset Since);

    private sealed class Cause(string source, EventRefusal refusal)
    {
        private readonly Lock gate = new();
        private TimeSpan window;
        private Tally? tally;

        public string Source { get; } = source;

        public EventRefusal Refusal { get; } = refusal;

        public ITimer? Timer { get; set; }

        /// <summary>Counts one. True when it is the first of a window, which the caller writes down and closes in time.</summary>
        public bool Open(string from, DateTimeOffset now)
        {
            lock (gate)
            {
                if (window == TimeSpan.Zero)
                {
                    window = FirstWindow;
                    return true;
                }

                tally = new Tally((tally?.Count ?? 0) + 1, from, tally?.Since ?? now);
                return false;
            }
        }

        /// <summary>Ends the window. A next one follows when something was counted.</summary>
        public Tally? Close(out TimeSpan? next)
        {
            lock (gate)
            {
                var counted = tally;
                tally = null;
                window = counted is null ? TimeSpan.Zero : window * 2 < LongestWindow ? window * 2 : LongestWindow;
                next = counted is null ? null : window;
                return counted;
            }
        }

        public Tally? Take()
        {
            lock (gate)
            {
                var counted = tally;
                tally = null;
                return counted;
            }
        }
    }
}
