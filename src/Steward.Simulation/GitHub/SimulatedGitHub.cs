using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>
/// GitHub: one repository with issues, pull requests, checks, workflow runs, branches and people. What is done here is what
/// other people do, never a <see cref="Mutation"/>. Its default branch is <c>main</c>.
/// </summary>
public sealed partial class SimulatedGitHub : IDisposable
{
    private readonly Repository repository;
    private readonly Credentials credentials;
    private readonly RateMeter meter;
    private readonly WorkflowCourse course;
    private readonly Schedule schedule;
    private readonly GitHubEvents events;

    internal SimulatedGitHub(Repository repository, Credentials credentials, RateMeter meter, WorkflowCourse course, Schedule schedule, GitHubEvents events) =>
        (this.repository, this.credentials, this.meter, this.course, this.schedule, this.events) = (repository, credentials, meter, course, schedule, events);

    internal static SimulatedGitHub Open(
        IEndpointRouteBuilder routes, WorldOptions options, TimeProvider clock, Schedule schedule, MutationLog log, Exchange exchange, EventQueue queue)
    {
        SimulatedGitHub? github = null;
        var repository = new Repository(options.GitHubRepository, clock);
        var credentials = new Credentials(options, Now);
        var events = new GitHubEvents(repository, options, queue);
        var meter = new RateMeter(options.GitHubRequestsPerHour, Now);
        var course = new WorkflowCourse(repository, schedule, options.Timings.WorkflowRun);
        new GitHubApi(repository, credentials, meter, Now, exchange).Map(routes,
        [
            new IssueRoutes(repository, log).Map,
            new PullRequestRoutes(repository, log).Map,
            new WorkflowRoutes(repository, course, log).Map,
            new ContentRoutes(repository, log).Map,
            new AccessRoutes(repository, credentials, meter, options).Map,
        ]);
        return github = new SimulatedGitHub(repository, credentials, meter, course, schedule, events);

        DateTimeOffset Now() => clock.GetUtcNow() + (github?.ClockAhead ?? TimeSpan.Zero);
    }

    internal void ListensAt(Uri api) => repository.Api = api;

    /// <summary>Tells somebody of every new commit of the default branch.</summary>
    internal void TellOfPushes(Action<string> pushed) => repository.Git.DefaultMoved = pushed;

    /// <summary>
    /// From now on signed events go to this address, whoever caused them, beginning with a ping: push, pull_request, issues,
    /// issue_comment, workflow_run, check_suite, status. Null ends that.
    /// </summary>
    public void SendEventsTo(Uri? receiver, string secret = "") => Locked(() => events.SendTo(receiver, secret));

    /// <summary>All issues that are no pull requests, oldest first.</summary>
    public IReadOnlyList<SimulatedIssue> Issues => Locked(() => repository.Issues.Where(issue => issue.Pull is null).Select(issue => issue.Snapshot()).ToList());

    /// <summary>Somebody else opened an issue; gives its number.</summary>
    public int AddIssue(string title, string body, params IReadOnlyList<string> labels) =>
        Locked(() => repository.Add(title, body, labels, Account.Developer).Number);

    /// <summary>Somebody else commented on an issue or pull request; gives the comment's number.</summary>
    /// <param name="number">The issue or pull request.</param>
    /// <param name="body">The text.</param>
    /// <param name="author">Who.</param>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public long AddComment(int number, string body, string author = "developer") => Locked(() => Find(number).AddComment(body, new Account(author)).Id);

    /// <summary>The comments of an issue or pull request, oldest first.</summary>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public IReadOnlyList<SimulatedComment> Comments(int number) => Locked(() => Find(number).Comments
        .Select(comment => new SimulatedComment(comment.Id, comment.Author.Login, comment.Body, comment.IsEdited)).ToList());

    /// <summary>Somebody else closed an issue or pull request.</summary>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public void CloseIssue(int number) => Locked(() => Find(number).SetOpen(false, Account.Developer));

    /// <summary>Somebody else opened a closed issue again.</summary>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public void ReopenIssue(int number) => Locked(() => Find(number).SetOpen(true, Account.Developer));

    /// <inheritdoc />
    public void Dispose() => credentials.Dispose();

    private Issue Find(int number) => repository.Find(number) ?? throw new ArgumentException($"There is no issue {number}.", nameof(number));

    private T Locked<T>(Func<T> act)
    {
        lock (repository.Sync)
        {
            return act();
        }
    }

    private void Locked(Action act)
    {
        lock (repository.Sync)
        {
            act();
        }
    }
}
