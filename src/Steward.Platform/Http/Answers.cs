using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Steward.Kernel;

namespace Steward.Platform.Http;

/// <summary>The one place where outcomes become HTTP: a value is 200, a refusal is a problem (RFC 9457) of the type <c>urn:steward:code</c>.</summary>
public static class Answers
{
    /// <summary>200 with the value, or the refusal.</summary>
    public static Results<Ok<T>, ProblemHttpResult> From<T>(Outcome<T> outcome) =>
        outcome.IsRefused ? Of(outcome.Refusal) : TypedResults.Ok(outcome.Value);

    /// <summary>200 with the value, or 404.</summary>
    public static Results<Ok<T>, ProblemHttpResult> Found<T>(T? value, string what, object id)
        where T : class => value is null ? Of(Refusal.NotFound(what, id)) : TypedResults.Ok(value);

    /// <summary>201 with the value and where it is, or the refusal.</summary>
    public static Results<Created<T>, ProblemHttpResult> Made<T>(Outcome<T> outcome, Func<T, string> location) =>
        outcome.IsRefused ? Of(outcome.Refusal) : TypedResults.Created(location(outcome.Value), outcome.Value);

    /// <summary>A refusal as an answer.</summary>
    public static ProblemHttpResult Of(Refusal refusal) => TypedResults.Problem(Problem(Status(refusal.Kind), refusal.Code, refusal.Message, refusal.Field));

    /// <summary>A problem in Steward's form.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">A stable word for machines.</param>
    /// <param name="detail">For people: what happened, what it means and what to do.</param>
    /// <param name="field">The field of the request that is at fault.</param>
    public static ProblemDetails Problem(int status, string code, string detail, string? field = null)
    {
        var problem = new ProblemDetails { Type = $"urn:steward:{code}", Title = Title(status), Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        if (field is not null)
        {
            problem.Extensions["field"] = field;
        }

        return problem;
    }

    /// <summary>The name of a status, for people.</summary>
    public static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : "Error";

    private static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
