using Microsoft.AspNetCore.Http;
using Steward.Connectors.GitHub;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>The payload of a command's item: where it was seen. Who gave it, and what it says, GitHub is asked.</summary>
/// <param name="Repository">The repository, as <c>owner/name</c>.</param>
/// <param name="Number">The pull request.</param>
/// <param name="CommentId">The comment.</param>
/// <param name="Command">The command as the event told it.</param>
internal sealed record CommandRequest(string Repository, int Number, long CommentId, string Command);

/// <summary>Somebody's command, with everything about it established.</summary>
/// <param name="Command">What is asked for.</param>
/// <param name="Repository">Where.</param>
/// <param name="Number">On which pull request.</param>
/// <param name="CommentId">In which comment.</param>
/// <param name="Person">Who asks: <c>person:anna@github</c>.</param>
internal sealed record GivenCommand(CommentCommand Command, GitHubRepo Repository, int Number, long CommentId, Actor Person)
{
    /// <summary>When it was given, by GitHub's clock, to whole seconds.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>True when it was given so long ago that what it would concern now may not be what that person saw.</summary>
    public bool IsLate { get; init; }
}

/// <summary>
/// Carries out one command of one comment, once, whatever is delivered how often: its item is named after the comment,
/// which no sender can choose. An event says only where to look; the comment, its author and what that person may do are
/// asked from GitHub.
/// </summary>
internal sealed class CommandWork(
    GitHubComments comments, GitHubAccess access, CommandActions actions, RefusedStrangers refused, Database database, AuditLog audit, WorkLedger ledger,
    Repositories repositories, TimeProvider clock) : IWorkHandler
{
    private const string WorkKind = "operations.command";

    // 2, 4 ... 128 s: GitHub may be away for some minutes. Nobody waits longer for the answer to a comment.
    private const int Patience = 8;

    /// <summary>How old a comment may be for what it deploys to be what its author saw. A delivery takes seconds.</summary>
    internal static readonly TimeSpan FreshComment = TimeSpan.FromMinutes(2);

    /// <summary>How old a comment may be. An older one was delivered again, or lay about somewhere: whoever wrote it has long done something else.</summary>
    internal static readonly TimeSpan OldestComment = TimeSpan.FromHours(1);

    private static readonly EventRefusal NoPermission = new(StatusCodes.Status403Forbidden, "no-permission",
        "Somebody without write permission to the repository gave a command in a comment. Nothing was done.");

    public string Kind => WorkKind;

    /// <summary>The item of a command that an event tells of; null when it tells of none.</summary>
    public static NewWork? For(EventRecord record) =>
        record is { Kind: "issue_comment", Action: "created", IsPullRequest: true, Repository: { } repository, Number: { } number, CommentId: { } id, Comment: { } text, SenderType: not "Bot" }
            && CommentCommand.Read(text) is { } command
            ? new(WorkKind, $"github/{repository}/comment/{id}", Json.Write(new CommandRequest(repository, number, id, command.ToString())))
            {
                CorrelationId = $"comment-{id}",
                MaxAttempts = Patience,
            }
            : null;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var request = item.Read<CommandRequest>();
        if (!comments.IsConfigured || !GitHubRepo.TryParse(request.Repository, out var repository) || !repositories.All.Contains(repository))
        {
            return WorkResult.Refused($"{request.Repository} is not a repository that is looked after here: GitHub:Repository and Operations:Services:NAME:Repository name those that are.");
        }

        var comment = await comments.FindAsync(repository, request.CommentId, cancellationToken);
        if (Objection(request, comment) is { } objection)
        {
            return WorkResult.Refused(objection);
        }

        if (await access.PermissionAsync(repository, comment!.Author, cancellationToken) < GitHubPermission.Write)
        {
            await refused.RecordAsync(NoPermission.Of(EventSources.GitHub), comment.Author, cancellationToken);
            return WorkResult.Refused($"{comment.Author} may not write to {repository}: the command is ignored.");
        }

        var given = new GivenCommand(CommentCommand.Read(comment.Body)!, repository, comment.Number, comment.Id, Actor.Person($"{comment.Author}@github")) { At = comment.CreatedAt, IsLate = clock.GetUtcNow() - comment.CreatedAt > FreshComment };
        var answer = await actions.RunAsync(given, cancellationToken);
        await database.WriteAsync(async session =>
        {
            // The first answer stays: after a crash the same command may have another one to tell.
            if (await ledger.EnqueueAsync(session, AnswerWork.For(given, answer)) is not null)
            {
                await audit.AppendAsync(session, new AuditEntry(AuditKinds.CommandTaken, given.Person.Name)
                {
                    Action = given.Command.ToString(),
                    Target = $"pull-request/{repository}#{comment.Number}",
                    Reason = answer.Summary,
                    CorrelationId = item.CorrelationId,
                });
            }
        }, cancellationToken);
        return WorkResult.Done(answer.Summary);
    }

    // Anything that could make the words of one person pass for another's, or old words for new ones.
    private string? Objection(CommandRequest request, GitHubComment? comment) =>
        comment is null ? "The comment is gone."
        : !comment.IsOnPullRequest || comment.Number != request.Number ? "The comment is not on this pull request."
        : !comment.IsByPerson ? "Comments by bots and Apps are no commands."
        : comment.UpdatedAt != comment.CreatedAt ? "The comment was edited: it may not be its author who speaks. A command stands in a new comment."
        : clock.GetUtcNow() - comment.CreatedAt > OldestComment ? "The comment is too old to be meant now. A command stands in a new comment."
        : CommentCommand.Read(comment.Body) is not { } command || !Told(request, command) ? "The comment holds another text than was told."
        : null;

    // The text of a task may have been redacted and cut on its way through the ledger. What is too long is only answered.
    private static bool Told(CommandRequest request, CommentCommand command) => command.Verb switch
    {
        CommandVerb.Claude => request.Command.StartsWith("/claude ", StringComparison.Ordinal),
        CommandVerb.TooLong => true,
        _ => request.Command == command.ToString(),
    };
}
