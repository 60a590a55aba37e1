namespace Steward.Simulation.GitHub;

// Branches, pull requests and checks.
public sealed partial class SimulatedGitHub
{
    /// <summary>All pull requests, oldest first.</summary>
    public IReadOnlyList<SimulatedPullRequest> PullRequests => Locked(() => repository.Issues.Where(issue => issue.Pull is not null).Select(issue => Snapshot(issue)).ToList());

    /// <summary>The newest commit of a branch; null when there is no such branch.</summary>
    public string? Head(string branch = GitTree.Default) => Locked(() => repository.Git.Find(branch)?.Head.Sha);

    /// <summary>When somebody pushed last.</summary>
    public DateTimeOffset LastPush => Locked(() => repository.PushedAt);

    /// <summary>The messages of a branch's commits, newest first.</summary>
    public IReadOnlyList<string> History(string branch = GitTree.Default) => Locked(() => repository.Git.History(branch).Select(commit => commit.Message).ToList());

    /// <summary>A file as it stands on a branch; null when there is none.</summary>
    public string? ReadFile(string path, string branch = GitTree.Default) => Locked(() => repository.Git.Find(branch)?.Head.Files.GetValueOrDefault(path));

    /// <summary>Somebody pushed a commit; gives it. A branch that there is not begins at the default branch.</summary>
    /// <param name="branch">Where.</param>
    /// <param name="message">The commit's message.</param>
    /// <param name="files">What it writes, by path.</param>
    /// <param name="author">Who.</param>
    public string Push(string branch = GitTree.Default, string message = "Change something", IReadOnlyDictionary<string, string>? files = null, string author = "developer") =>
        Locked(() => repository.Push(branch, message, new Account(author), files).Sha);

    /// <summary>Somebody protected a branch.</summary>
    public void Protect(string branch) => Locked(() => (repository.Git.Find(branch) ?? throw new ArgumentException($"There is no branch {branch}.", nameof(branch))).IsProtected = true);

    /// <summary>Somebody opened a pull request; gives its number. Nothing has reported on it yet.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="head">Its branch; it gets a commit when it is new.</param>
    /// <param name="body">Its text.</param>
    /// <param name="target">The branch that it is for.</param>
    /// <param name="author">Who.</param>
    /// <param name="isDraft">True for a draft.</param>
    /// <param name="fork">The repository of its branch, as owner/name, when that is another one.</param>
    public int AddPullRequest(
        string title = "Change something", string head = "feature", string body = "", string target = GitTree.Default, string author = "developer",
        bool isDraft = false, string? fork = null) => Locked(() =>
    {
        var onto = repository.Git.Find(target) ?? throw new ArgumentException($"There is no branch {target}.", nameof(target));
        var from = fork is null ? repository.Git.Find(head) : repository.Git.Fork(head, title, new Account(author));
        if (from is null)
        {
            repository.Push(head, title, new Account(author), new Dictionary<string, string> { [$"changes/{head}.txt"] = $"{title}\n" });
            from = repository.Git.Find(head)!;
        }

        return repository.Add(title, body, [], new Account(author), new PullRequest(from, onto) { Fork = fork, IsDraft = isDraft }).Number;
    });

    /// <summary>From now on merging would conflict, or would not any more.</summary>
    public void SetConflict(int number, bool conflicts = true) => Locked(() => Pull(number).Conflicts = conflicts);

    /// <summary>Somebody made a draft ready.</summary>
    public void MarkReady(int number) => Locked(() => Pull(number).IsDraft = false);

    /// <summary>Somebody changed the branch that a pull request is for.</summary>
    public void Retarget(int number, string target) => Locked(() => Pull(number).Base = repository.Git.Find(target) ?? throw new ArgumentException($"There is no branch {target}.", nameof(target)));

    /// <summary>Somebody else merged a pull request; gives the commit.</summary>
    public string MergePullRequest(int number) => Locked(() => Pull(number).Merge(Find(number), "squash", Account.Developer).Sha);

    /// <summary>A check run of a pull request's newest commit is, from now on or after a while, in this state.</summary>
    /// <param name="number">The pull request.</param>
    /// <param name="state">How far the check is.</param>
    /// <param name="name">The check.</param>
    /// <param name="after">How much later, at the world's speed; null for now.</param>
    public void SetChecks(int number, RunState state, string name = "ci", TimeSpan? after = null) => SetChecks(Locked(() => Pull(number).HeadSha), state, name, after);

    /// <summary>A check run of a commit is, from now on or after a while, in this state.</summary>
    /// <param name="sha">The commit.</param>
    /// <param name="state">How far the check is.</param>
    /// <param name="name">The check.</param>
    /// <param name="after">How much later, at the world's speed; null for now.</param>
    public void SetChecks(string sha, RunState state, string name = "ci", TimeSpan? after = null) => Set(sha, state, name, isStatus: false, after);

    /// <summary>A commit status, the older kind of check, is in this state.</summary>
    /// <param name="sha">The commit.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="context">Its name.</param>
    /// <param name="after">How much later, at the world's speed; null for now.</param>
    public void SetStatus(string sha, RunState state, string context = "legacy/ci", TimeSpan? after = null) => Set(sha, state, context, isStatus: true, after);

    private void Set(string sha, RunState state, string name, bool isStatus, TimeSpan? after)
    {
        if (schedule.Scale(after ?? TimeSpan.Zero) is { Ticks: > 0 } delay)
        {
            schedule.After(delay, () => Set(sha, state, name, isStatus, null));
            return;
        }

        Locked(() => repository.Report(sha, name, state, isStatus));
    }

    private PullRequest Pull(int number) => Find(number).Pull ?? throw new ArgumentException($"{number} is no pull request.", nameof(number));

    private static SimulatedPullRequest Snapshot(Issue issue)
    {
        var pull = issue.Pull!;
        return new(issue.Number, issue.Title, issue.Body, issue.IsOpen, pull.IsDraft, pull.HeadBranch, pull.HeadSha, pull.Base.Name, pull.MergeSha);
    }
}
