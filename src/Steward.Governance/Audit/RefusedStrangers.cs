using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Kernel;

namespace Steward.Governance.Audit;

/// <summary>Something of a stranger that was refused.</summary>
/// <param name="Kind">The kind of its audit row.</param>
/// <param name="Target">What it was for.</param>
/// <param name="Status">The HTTP status that was answered, or would have been.</param>
/// <param name="Code">The cause, a stable word.</param>
/// <param name="Reason">For people; nothing of what the stranger sent.</param>
public sealed record StrangersRefusal(string Kind, string Target, int Status, string Code, string Reason);

/// <summary>
/// Writes what strangers were refused into the audit log, and does not let strangers fill it: the first of a cause is a row at
/// once; those that follow within a minute become one row with their number. While they go on the minute becomes two,
/// four ... sixty.
/// </summary>
public sealed partial class RefusedStrangers(AuditLog audit, TimeProvider clock, ILogger<RefusedStrangers> log) : IHostedService
{
    internal static readonly TimeSpan FirstWindow = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    // The name under which refusals stand in the audit log: nobody known did it.
    private const string Actor = "stranger";

    // Bounded: a handful of sources times a handful of reasons. Who sends does not count, for a sender has many addresses.
    private readonly ConcurrentDictionary<(string Kind, string Target, string Code), Cause> causes = new();

    /// <summary>Counts a refusal; a first one is in the audit log when this returns.</summary>
    /// <param name="refusal">What was refused, and why.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RecordAsync(StrangersRefusal refusal, string from, CancellationToken cancellationToken)
    {
        var cause = causes.GetOrAdd((refusal.Kind, refusal.Target, refusal.Code), _ => new Cause(refusal));
        if (cause.Open(from, clock.Now()))
        {
            cause.Timer ??= clock.CreateTimer(_ => _ = CloseAsync(cause), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            cause.Timer.Change(FirstWindow, Timeout.InfiniteTimeSpan);
            await audit.AppendAsync(Entry(cause.Refusal, new Tally(1, from, clock.Now())), cancellationToken);
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
            await audit.AppendAsync(Entry(cause.Refusal, tally), CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for this one; the log has it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotWritten(log, tally.Count, cause.Refusal.Target, cause.Refusal.Code, e);
        }
    }

    private static AuditEntry Entry(StrangersRefusal refusal, Tally tally) => new(refusal.Kind, Actor)
    {
        Target = refusal.Target,
        Reason = tally.Count == 1 ? refusal.Reason : string.Create(CultureInfo.InvariantCulture, $"{tally.Count} times: {refusal.Reason}"),
        Detail = new JsonObject
        {
            ["code"] = refusal.Code,
            ["status"] = refusal.Status,
            ["count"] = tally.Count,
            ["lastFrom"] = tally.From,
            ["since"] = UtcTime.ToText(tally.Since),
        },
    };

    [LoggerMessage(LogLevel.Error, "{Count} refusals of strangers at {Target} ({Code}) could not be written into the audit log")]
    private static partial void LogNotWritten(ILogger log, long count, string target, string code, Exception error);

    private sealed record Tally(long Count, string From, DateTimeOffset Since);

    private sealed class Cause(StrangersRefusal refusal)
    {
        private readonly Lock gate = new();
        private TimeSpan window;
        private Tally? tally;

        public StrangersRefusal Refusal { get; } = refusal;

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
