namespace Steward.Simulation.GitHub;

// Comments that are not simply written by a person just now.
public sealed partial class SimulatedGitHub
{
    /// <summary>Somebody commented some time ago; gives the comment's number.</summary>
    /// <param name="number">The issue or pull request.</param>
    /// <param name="body">The text.</param>
    /// <param name="author">Who.</param>
    /// <param name="age">How long ago.</param>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public long AddComment(int number, string body, string author, TimeSpan age) => Add(number, body, new Account(author), age);

    /// <summary>An App commented; gives the comment's number.</summary>
    /// <param name="number">The issue or pull request.</param>
    /// <param name="body">The text.</param>
    /// <param name="login">The App's login, such as <c>helper[bot]</c>.</param>
    /// <param name="app">The App's number.</param>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public long AddAppComment(int number, string body, string login, long app) => Add(number, body, new Account(login, app), TimeSpan.Zero);

    /// <summary>Somebody changed a comment.</summary>
    /// <exception cref="ArgumentException">There is no such comment.</exception>
    public void EditComment(long id, string body) => Locked(() =>
    {
        var comment = repository.Issues.SelectMany(issue => issue.Comments).FirstOrDefault(one => one.Id == id) ?? throw new ArgumentException($"There is no comment {id}.", nameof(id));
        (comment.Body, comment.UpdatedAt, comment.IsEdited) = (body, repository.Now, true);
    });

    /// <summary>Somebody deleted a comment.</summary>
    public void DeleteComment(long id) => Locked(() =>
    {
        foreach (var issue in repository.Issues)
        {
            issue.Comments.RemoveAll(comment => comment.Id == id);
        }
    });

    private long Add(int number, string body, Account author, TimeSpan age) => Locked(() =>
    {
        var at = repository.Now - age;
        var comment = new Comment(repository.NextId(), author, at) { Body = body, UpdatedAt = at };
        Find(number).Comments.Add(comment);
        return comment.Id;
    });
}
