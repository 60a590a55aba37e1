namespace Steward.Kernel;

/// <summary>Which part of a list is wanted. The list's order makes <paramref name="After"/> a stable cursor.</summary>
/// <param name="Limit">How many items at the most, 1 to 500.</param>
/// <param name="After">The <see cref="Page{T}.Next"/> of the page before, or null for the first page.</param>
public sealed record PageRequest(int Limit = PageRequest.DefaultLimit, string? After = null)
{
    /// <summary>How many items a page has when nobody says.</summary>
    public const int DefaultLimit = 50;

    /// <summary>How many items a page may have.</summary>
    public const int MaxLimit = 500;

    /// <summary>Checks the query parameters of a request.</summary>
    public static Outcome<PageRequest> From(int? limit, string? after) => limit is < 1 or > MaxLimit
        ? Refusal.Invalid("limit", $"'limit' is {limit}; it must be between 1 and {MaxLimit}.")
        : new PageRequest(limit ?? DefaultLimit, string.IsNullOrEmpty(after) ? null : after);

    /// <summary>Makes a page out of up to one item more than was asked for, which tells whether there is a next page.</summary>
    public Page<T> Page<T>(IReadOnlyList<T> upToOneMore, Func<T, string> cursor) => upToOneMore.Count <= Limit
        ? new(upToOneMore, null)
        : new([.. upToOneMore.Take(Limit)], cursor(upToOneMore[Limit - 1]));
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, at most as many as asked for.</param>
/// <param name="Next">The cursor of the next page; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
