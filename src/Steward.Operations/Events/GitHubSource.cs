using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;

namespace Steward.Operations.Events;

/// <summary>
/// GitHub's events: signed over the raw body (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
/// The signature does not cover the headers, so a delivery id or an event's name can be changed by whoever replays a body.
/// </summary>
internal sealed partial class GitHubSource(IOptions<GitHubOptions> options) : WebhookSource
{
    private const string Scheme = "sha256=";

    // A comment has at most 65,536 characters; of one that is a command the first line is all.
    private const int MaxComment = 1000;

    private readonly byte[] secret = Encoding.UTF8.GetBytes(options.Value.WebhookSecret);

    public override string Name => EventSources.GitHub;

    // GitHub sends up to 25 MB (its documentation of payload caps), a push of thousands of commits. What such a one says is
    // seen at the next poll; a stranger who has not shown who he is yet must not fill the memory.
    public override int MaxBody => 5 * 1024 * 1024;

    public override EventRefusal? Admit(HttpRequest request) => secret.Length == 0
        ? new(StatusCodes.Status404NotFound, "not-set-up", "Events are not taken here: GitHub:WebhookSecret is not set.")
        : null;

    public override EventRefusal? Verify(HttpRequest request, ReadOnlySpan<byte> body) =>
        !IsSigned(request.Headers["X-Hub-Signature-256"].ToString(), secret, body)
            ? new(StatusCodes.Status401Unauthorized, "wrong-signature",
                "X-Hub-Signature-256 is missing or is not the signature of this body. The secret of the webhook and GitHub:WebhookSecret must be the same.")
            : !DeliveryForm().IsMatch(request.Headers["X-GitHub-Delivery"].ToString()) || !EventForm().IsMatch(request.Headers["X-GitHub-Event"].ToString())
                ? new(StatusCodes.Status400BadRequest, "invalid", "X-GitHub-Delivery and X-GitHub-Event must be there, as GitHub sends them.")
                : null;

    public override EventRecord Read(HttpRequest request, ReadOnlySpan<byte> body, EventFields fields, DateTimeOffset now)
    {
        var kind = request.Headers["X-GitHub-Event"].ToString();
        var record = new EventRecord(Name, kind, request.Headers["X-GitHub-Delivery"].ToString())
        {
            Action = fields.Word("action"),
            Repository = fields.Repository("repository", "full_name"),
            Sender = fields.Login("sender", "login"),
            SenderType = fields.Word("sender", "type"),
        };
        return kind switch
        {
            "push" => record with { Sha = fields.Sha("after"), Branch = Branch(fields.Name("ref")), At = fields.Time("head_commit", "timestamp") },
            "pull_request" or "pull_request_review" => record with
            {
                Number = fields.Small("pull_request", "number"),
                IsPullRequest = true,
                Sha = fields.Sha("pull_request", "head", "sha"),
                Branch = fields.Name("pull_request", "head", "ref"),
                Conclusion = fields.Time("pull_request", "merged_at") is null ? fields.Word("pull_request", "state") : "merged",
                At = fields.Time("pull_request", "updated_at"),
            },
            "issue_comment" => record with
            {
                Number = fields.Small("issue", "number"),
                IsPullRequest = fields.Has("issue", "pull_request"),
                CommentId = fields.Number("comment", "id"),
                Comment = fields.Name(MaxComment, "comment", "body"),
                At = fields.Time("comment", "created_at"),
            },
            "workflow_run" or "check_suite" or "check_run" or "workflow_job" => record with
            {
                Number = fields.Small(kind, "pull_requests", "0", "number"),
                IsPullRequest = fields.Has(kind, "pull_requests", "0"),
                Sha = fields.Sha(kind, "head_sha"),
                Branch = fields.Name(kind, "head_branch"),
                Conclusion = fields.Word(kind, "conclusion") ?? fields.Word(kind, "status"),
                Subject = fields.Name(kind, "name"),
                SubjectId = fields.Id(kind, "id"),
                At = fields.Time(kind, "updated_at"),
            },
            "deployment" or "deployment_status" => record with
            {
                Sha = fields.Sha("deployment", "sha"),
                Branch = fields.Name("deployment", "ref"),
                Conclusion = fields.Word("deployment_status", "state"),
                Environment = fields.Name("deployment", "environment"),
                SubjectId = fields.Id("deployment", "id"),
                At = fields.Time(kind, "updated_at"),
            },
            "status" => record with { Sha = fields.Sha("sha"), Conclusion = fields.Word("state"), Subject = fields.Name("context"), At = fields.Time("updated_at") },
            "issues" => record with { Number = fields.Small("issue", "number"), Conclusion = fields.Word("issue", "state"), At = fields.Time("issue", "updated_at") },
            _ => record,
        };
    }

    /// <summary>Whether the header is the signature of exactly these bytes. Compared in a time that tells nothing.</summary>
    internal static bool IsSigned(string header, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body)
    {
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!header.StartsWith(Scheme, StringComparison.Ordinal) || header.Length != Scheme.Length + (2 * claimed.Length) ||
            Convert.FromHexString(header.AsSpan(Scheme.Length), claimed, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, actual);
        return CryptographicOperations.FixedTimeEquals(claimed, actual);
    }

    private static string? Branch(string? reference) =>
        reference?.StartsWith("refs/heads/", StringComparison.Ordinal) == true ? reference["refs/heads/".Length..] : reference;

    [GeneratedRegex(@"^[A-Za-z0-9-]{8,64}\z")]
    private static partial Regex DeliveryForm();

    [GeneratedRegex(@"^[a-z][a-z_]{0,60}\z")]
    private static partial Regex EventForm();
}
