using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Alerts.Maintenance;

/// <summary>A wish that alerts be kept back for a time.</summary>
/// <param name="Reason">Why, at most 500 characters.</param>
/// <param name="EndsAt">Until when, at most 30 days from now; or <paramref name="Minutes"/>.</param>
/// <param name="Minutes">For how many minutes.</param>
/// <param name="BeginsAt">From when; now when left out.</param>
/// <param name="Service">The service that it is about; all alerts when left out.</param>
/// <param name="KeepsBack">What is kept back: <c>belowCritical</c> when left out, or <c>all</c>.</param>
internal sealed record MaintenanceWish(string? Reason, DateTimeOffset? EndsAt = null, double? Minutes = null, DateTimeOffset? BeginsAt = null, string? Service = null, KeepsBack? KeepsBack = null);

/// <summary>Sets and ends maintenance windows, audited.</summary>
internal sealed class SetMaintenance(Database database, AuditLog audit, TimeProvider clock)
{
    private const int MaxText = 500;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public async Task<Outcome<MaintenanceWindow>> BeginAsync(MaintenanceWish wish, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var begins = UtcTime.Truncate(wish.BeginsAt ?? now);
        var ends = wish.EndsAt ?? (wish.Minutes is > 0 and <= 100_000 ? begins + TimeSpan.FromMinutes(wish.Minutes.Value) : null);
        if (Check(wish, begins, ends, now) is { } refusal)
        {
            return refusal;
        }

        var window = new MaintenanceWindow(Ids.New(clock), string.IsNullOrWhiteSpace(wish.Service) ? null : wish.Service.Trim(), wish.KeepsBack ?? KeepsBack.BelowCritical,
            begins, UtcTime.Truncate(ends!.Value), wish.Reason!, by.Name, now);
        return await database.WriteAsync<Outcome<MaintenanceWindow>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await MaintenanceStore.CountAsync(session, now) >= MaintenanceStore.Most)
            {
                return new Refusal(RefusalKind.Conflict, "too-many-windows", $"There are {MaintenanceStore.Most} maintenance windows already. End those that nobody needs.");
            }

            await MaintenanceStore.AddAsync(session, window);
            await audit.AppendAsync(session, Entry(AuditKinds.MaintenanceSet, window, by));
            return window;
        }, cancellationToken);
    }

    public Task<Outcome<MaintenanceWindow>> EndAsync(Guid id, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<MaintenanceWindow>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await MaintenanceStore.FindAsync(session, id) is not { } window)
        {
            return Refusal.NotFound("maintenance window", id);
        }

        var now = clock.Now();
        if (!await MaintenanceStore.EndAsync(session, id, by.Name, now))
        {
            return new Refusal(RefusalKind.Conflict, "window-over", $"The maintenance window {id} is over already, since {window.EndedAt ?? window.EndsAt:u}.");
        }

        await audit.AppendAsync(session, Entry(AuditKinds.MaintenanceEnded, window, by));
        return window with { EndedBy = by.Name, EndedAt = now };
    }, cancellationToken);

    private static Refusal? Check(MaintenanceWish wish, DateTimeOffset begins, DateTimeOffset? ends, DateTimeOffset now) =>
        string.IsNullOrWhiteSpace(wish.Reason) || wish.Reason.Length > MaxText ? Refusal.Invalid("reason", $"'reason' must be given, with at most {MaxText} characters.")
        : wish.Service?.Length > MaxText ? Refusal.Invalid("service", $"'service' may have at most {MaxText} characters.")
        : wish.EndsAt is not null && wish.Minutes is not null ? Refusal.Invalid("minutes", "Give 'endsAt' or 'minutes', not both.")
        : ends is null ? Refusal.Invalid("endsAt", "'endsAt', or 'minutes' from 1 to 43200, must be given: a window ends by itself.")
        : ends <= begins || ends <= now ? Refusal.Invalid("endsAt", "The window must end after it begins, and not in the past.")
        : ends > now + Longest ? Refusal.Invalid("endsAt", $"A window may end at most {Longest.TotalDays:0} days from now.")
        : null;

    private static AuditEntry Entry(string kind, MaintenanceWindow window, Actor by) => new(kind, by.Name)
    {
        Service = window.Service,
        Reason = window.Reason,
        Detail = new JsonObject
        {
            ["window"] = window.Id.ToString(),
            ["keepsBack"] = Row.EnumText(window.KeepsBack),
            ["beginsAt"] = UtcTime.ToText(window.BeginsAt),
            ["endsAt"] = UtcTime.ToText(window.EndsAt),
        },
    };
}
