using System.Text.Json.Serialization;

namespace Steward.Operations.Events;

/// <summary>
/// What an event says, in few words: the payload of its item in the ledger. It is a claim and nothing else; whoever acts
/// asks the provider first. Every member is checked or redacted, and short.
/// </summary>
/// <param name="Source">Who reports it: a name of <see cref="EventSources"/>.</param>
/// <param name="Kind">The provider's word for what happened: <c>pull_request</c>, <c>Deployment.crashed</c>.</param>
/// <param name="Delivery">Which delivery it is, unique within the source.</param>
internal sealed record EventRecord(string Source, string Kind, string Delivery)
{
    /// <summary>What was done to the thing: <c>opened</c>, <c>completed</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The repository, as <c>owner/name</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>The number of the issue or pull request.</summary>
    public int? Number { get; init; }

    /// <summary>True when the number is a pull request's.</summary>
    public bool IsPullRequest { get; init; }

    /// <summary>The commit.</summary>
    public string? Sha { get; init; }

    /// <summary>The branch, without <c>refs/heads/</c>.</summary>
    public string? Branch { get; init; }

    /// <summary>Who caused it, by login.</summary>
    public string? Sender { get; init; }

    /// <summary>What the sender is: <c>User</c>, <c>Bot</c>, <c>Organization</c>.</summary>
    public string? SenderType { get; init; }

    /// <summary>How it ended: a conclusion, a state or a status, in the provider's word.</summary>
    public string? Conclusion { get; init; }

    /// <summary>The environment, by name.</summary>
    public string? Environment { get; init; }

    /// <summary>The service or workflow, by name.</summary>
    public string? Subject { get; init; }

    /// <summary>The provider's id of the deployment, run or execution.</summary>
    public string? SubjectId { get; init; }

    /// <summary>The comment.</summary>
    public long? CommentId { get; init; }

    /// <summary>The beginning of its text, redacted.</summary>
    public string? Comment { get; init; }

    /// <summary>When it happened, by the provider's clock.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What it is the one occurrence of in the ledger.</summary>
    [JsonIgnore]
    public string Occurrence => $"{Source}/{Delivery}";
}

/// <summary>Who may report events.</summary>
internal static class EventSources
{
    public const string GitHub = "github";
    public const string Railway = "railway";
    public const string N8n = "n8n";
}
