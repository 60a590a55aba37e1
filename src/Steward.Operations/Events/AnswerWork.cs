using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>What a person is told about a command.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="Quoted">Text that comes from elsewhere, shown as it is and never as Markdown; null for none.</param>
internal sealed record CommandAnswer(string Summary, string? Quoted = null)
{
    /// <summary>The comment. What comes from elsewhere is fenced, so that nothing in it is a link, a mention or hidden.</summary>
    public string Body => Quoted is null
        ? Summary
        : $"{Summary}\n\n{Fence.Around(Quoted)}";
}

/// <summary>The payload of an answer's item.</summary>
internal sealed record AnswerPayload(string Repository, int Number, long CommentId, string Command, string Body);

/// <summary>Writes the answer to a command below the comment that gave it. Its text is fixed when it is enqueued: the permit is bound to it.</summary>
internal sealed class AnswerWork(GitHubComments comments, GitHubCalls calls, Gate gate, TimeProvider clock) : IWorkHandler
{
    private const string WorkKind = "operations.answer";
    private const int Patience = 8;

    public string Kind => WorkKind;

    public static NewWork For(GivenCommand given, CommandAnswer answer) => new(WorkKind, $"github/{given.Repository}/comment/{given.CommentId}",
        Json.Write(new AnswerPayload(given.Repository.ToString(), given.Number, given.CommentId, given.Command.ToString(), answer.Body)))
    {
        CorrelationId = $"comment-{given.CommentId}",
        MaxAttempts = Patience,
    };

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<AnswerPayload>();
        var repository = GitHubRepo.Parse(payload.Repository);
        var key = $"answer/{payload.CommentId}";
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest($"{key}/comment", new Actor(Cycle.Actor), calls.PutComment(repository, payload.Number, key, payload.Body), "A person gave a command in a comment and gets an answer.", item.CorrelationId)
            {
                WaitingWork = item.Id,
            },
            async (permit, token) => $"Comment {await comments.PutAsync(permit, repository, payload.Number, key, payload.Body, token)} answers.",
            async (_, token) => await comments.IsThereAsync(repository, payload.Number, key, payload.Body, token),
            cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail);
    }
}
