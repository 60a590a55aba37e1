using System.Text.Json;

namespace Steward.Governance.Audit;

/// <summary>What a verification of the audit log found.</summary>
/// <param name="Rows">How many rows were read.</param>
/// <param name="Hash">The hash of the last row: keep it elsewhere, and a later verification can be held against it.</param>
/// <param name="Fault">The first thing that is wrong, for people; null when the chain is whole.</param>
public sealed record AuditVerification(long Rows, string Hash, string? Fault)
{
    /// <summary>True when no row was altered, removed or inserted.</summary>
    public bool IsWhole => Fault is null;
}

/// <summary>Reads the whole audit log and checks that its chain is whole.</summary>
public sealed class VerifyAudit(AuditLog log)
{
    /// <summary>Checks every row against its own hash, its place and the row before, and the last one against the head.</summary>
    /// <param name="anchor">The number and hash of a row as they were noted elsewhere, to be found unchanged; or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<AuditVerification> HandleAsync((long Seq, string Hash)? anchor, CancellationToken cancellationToken)
    {
        // The head first: rows that are written meanwhile are then simply further rows.
        var head = await log.HeadAsync(cancellationToken);
        var (count, previous, hashAtHead, isAnchored) = (0L, AuditLog.Genesis, AuditLog.Genesis, anchor is null);
        await using var rows = log.AllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            AuditRow row;
            try
            {
                if (!await rows.MoveNextAsync())
                {
                    break;
                }

                row = rows.Current;
            }
            catch (Exception e) when (e is FormatException or JsonException or InvalidCastException or ArgumentException)
            {
                return new(count, previous, $"a row after row {count} cannot be read any more: it was altered ({e.Message})");
            }

            count++;
            var fault =
                row.Seq != count ? $"row {count} is missing (the next one found is {row.Seq})" :
                row.Previous != previous ? $"row {row.Seq} does not follow from the row before it: one of them was replaced" :
                row.Hash != AuditRow.ComputeHash(row.Seq, row.At, row.Entry, row.Previous) ? $"row {row.Seq} was altered after it was written" :
                row.Seq == anchor?.Seq && row.Hash != anchor?.Hash ? $"row {row.Seq} is not the row that the anchor names" :
                null;
            if (fault is not null)
            {
                return new(count, previous, fault);
            }

            previous = row.Hash;
            hashAtHead = row.Seq == head.Seq ? row.Hash : hashAtHead;
            isAnchored |= row.Seq == anchor?.Seq;
        }

        // Rows and head are written together, so a row beyond the head was not written by us.
        var end = await log.HeadAsync(cancellationToken);
        return count < head.Seq ? new(count, previous, $"the log ends at row {count} but {head.Seq} rows were written: rows were removed from its end")
            : hashAtHead != head.Hash || (end.Seq == count && end.Hash != previous) ? new(count, previous, $"the head does not match row {head.Seq}: the head was altered, or rows were replaced")
            : count > end.Seq ? new(count, previous, $"row {end.Seq + 1} comes after the last row that was written: it was inserted")
            : !isAnchored ? new(count, previous, $"there is no row {anchor!.Value.Seq}, which the anchor names; the log ends at row {count}")
            : new(count, previous, null);
    }
}
