namespace Steward.Kernel;

/// <summary>What kind of no a <see cref="Refusal"/> is; the entry maps each to one HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>The request itself is wrong (400).</summary>
    Invalid,

    /// <summary>The caller is not known (401).</summary>
    Unauthenticated,

    /// <summary>The caller is known and may not (403).</summary>
    Forbidden,

    /// <summary>There is no such thing (404).</summary>
    NotFound,

    /// <summary>The thing is not in a state that allows this (409).</summary>
    Conflict,
}

/// <summary>A refusal that we expect: data, not an exception.</summary>
/// <param name="Kind">Which kind of no.</param>
/// <param name="Code">A stable word for machines, such as <c>approval-expired</c>.</param>
/// <param name="Message">For people: what happened, what it means and what to do.</param>
/// <param name="Field">The field of the request that is at fault, where there is one.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message, string? Field = null)
{
    /// <summary>There is no such thing.</summary>
    public static Refusal NotFound(string what, object id) =>
        new(RefusalKind.NotFound, "not-found", $"There is no {what} with the id '{id}'.");

    /// <summary>A field of the request is wrong.</summary>
    public static Refusal Invalid(string field, string message) =>
        new(RefusalKind.Invalid, "invalid", message, field);
}
