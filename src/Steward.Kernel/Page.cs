namespace Steward.Kernel;

/// <summary>Which part of a list is wanted. The list's order makes <paramref name="After"/> a stable cursor.</summary>
/// <param name="Limit">How many items at the most, 1 to 500.</param>
/// <param name="After">The <see cref="Page{T}.Next"/> of the page before, or null for the first page.</param>
public sealed record PageRequest(int Limit = PageRequest.DefaultLimit, string? After = null)
{
    /// <summary>How many items a page has when nobody says.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The refusal of a cursor that is none.</summary>
    public static Refusal NotOfThisList => Refusal.Invalid("after", "'after' is not the 'next' of a page of this list.");

    /// <summary>How many items a page may have.</summary>
    public const int MaxLimit = 500;

    /// <summary>Checks the query parameters of a request for a list whose cursors are ids.</summary>
    public static Outcome<PageRequest> From(int? limit, string? after) =>
        From(limit, after, static cursor => Guid.TryParse(cursor, out _));

    /// <summary>Checks the query parameters of a request. A cursor that is none is refused: taken for "from the start" it would make a reader go round for ever.</summary>
    public static Outcome<PageRequest> From(int? limit, string? after, Func<string, bool> isCursor) =>
        limit is < 1 or > MaxLimit ? Refusal.Invalid("limit", $"'limit' is {limit}; it must be between 1 and {MaxLimit}.")
        : string.IsNullOrEmpty(after) ? new PageRequest(limit ?? DefaultLimit)
        : isCursor(after) ? new PageRequest(limit ?? DefaultLimit, after)
        : NotOfThisList;

    /// <summary>Makes a page out of up to one item more than was asked for, which tells whether there is a next page.</summary>
    public Page<T> Page<T>(IReadOnlyList<T> upToOneMore, Func<T, string> cursor) => upToOneMore.Count <= Limit
        ? new(upToOneMore, null)
        : new([.. upToOneMore.Take(Limit)], cursor(upToOneMore[Limit - 1]));
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, at most as many as asked for.</param>
/// <param name="Next">The cursor of the next page; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
