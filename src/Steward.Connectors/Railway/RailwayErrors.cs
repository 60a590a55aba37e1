namespace Steward.Connectors.Railway;

/// <summary>
/// Reads meaning out of Railway's error messages. The words are those that Railway's command line tool 5.43.1 looks for,
/// that graphql-js gives for a document that does not fit, and Apollo's error codes. Railway marks nearly everything as
/// INTERNAL_SERVER_ERROR, so the code alone never proves that nothing happened.
/// </summary>
internal static class RailwayErrors
{
    private static readonly string[] NotAllowed =
        ["not authorized", "unauthorized", "project token not found", "two factor authentication required", "forbidden", "permission"];

    private static readonly string[] Throttled = ["rate limit", "ratelimit", "too many requests"];

    private static readonly string[] InvalidStarts =
        ["cannot query field", "unknown argument", "unknown type", "unknown operation", "syntax error", "variable \"$", "must provide"];

    public static RailwayErrorKind Classify(GraphQlError error)
    {
        var text = error.Text;
        return error.Extensions?.Code switch
        {
            "UNAUTHENTICATED" or "FORBIDDEN" => RailwayErrorKind.NotAllowed,
            "GRAPHQL_VALIDATION_FAILED" or "GRAPHQL_PARSE_FAILED" or "BAD_USER_INPUT" => RailwayErrorKind.Invalid,
            _ when Holds(NotAllowed) => RailwayErrorKind.NotAllowed,
            _ when Holds(Throttled) => RailwayErrorKind.Throttled,
            _ when text.Contains("not found", StringComparison.OrdinalIgnoreCase) => RailwayErrorKind.NotFound,
            _ when InvalidStarts.Any(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) => RailwayErrorKind.Invalid,
            _ => RailwayErrorKind.Unclear,
        };

        bool Holds(string[] words) => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What several errors mean together: unclear as soon as one of them is.</summary>
    public static RailwayErrorKind Classify(IReadOnlyList<GraphQlError> errors)
    {
        var kinds = errors.Select(Classify).ToHashSet();
        return kinds.Contains(RailwayErrorKind.Unclear) ? RailwayErrorKind.Unclear : kinds.First();
    }
}
