using Steward.Connectors.GitHub;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubPullRequestTests : GitHubTest
{
    private GitHubPullRequests Pulls => Get<GitHubPullRequests>();

    [Fact]
    public async Task A_pull_request_is_read_and_asked_again_until_GitHub_knows_whether_it_is_mergeable()
    {
        var number = GitHub.AddPullRequest("Add a cart", "cart", "It adds a cart.", author: "mia");

        var first = await Pulls.FindAsync(Repo, number, Ending);
        var second = await Pulls.FindAsync(Repo, number, Ending);

        Assert.Equal(("Add a cart", "It adds a cart.", "cart", "main", "mia"), (first!.Title, first.Body, first.HeadBranch, first.BaseBranch, first.Author));
        Assert.Equal((true, false, false, false, null), (first.IsOpen, first.IsMerged, first.IsDraft, first.IsFromFork, first.MergeSha));
        Assert.Equal(GitHub.Head("cart"), first.HeadSha);
        Assert.Null(first.Mergeable);
        Assert.True(second!.Mergeable);
        Assert.Null(await Pulls.FindAsync(Repo, 99, Ending));
    }

    [Fact]
    public async Task The_open_ones_are_listed_over_all_pages_and_not_beyond_the_bound()
    {
        var closed = GitHub.AddPullRequest();
        GitHub.CloseIssue(closed);
        for (var i = 0; i < GitHubPullRequests.MaxOpen + 20; i++)
        {
            GitHub.AddPullRequest($"Change {i}", $"change-{i}");
        }

        var open = await Pulls.ListOpenAsync(Repo, Ending);

        Assert.Equal(GitHubPullRequests.MaxOpen, open.Count);
        Assert.Equal("Change 319", open[0].Title);
        Assert.All(open, one => Assert.True(one.IsOpen));
    }

    [Fact]
    public async Task One_from_a_fork_is_known_as_such()
    {
        var number = GitHub.AddPullRequest(head: "main", fork: "stranger/shop", author: "stranger");

        Assert.True((await Pulls.FindAsync(Repo, number, Ending))!.IsFromFork);
    }

    [Fact]
    public async Task Merging_makes_one_commit_on_the_base_branch()
    {
        var number = GitHub.AddPullRequest("Add a cart", "cart");
        var head = GitHub.Head("cart")!;

        var sha = await Pulls.MergeAsync(await PermittedAsync(Calls.Merge(Repo, number, head, null)), Repo, number, head, null, Ending);

        Assert.Equal(GitHub.Head(), sha);
        Assert.Equal($"Add a cart (#{number})", GitHub.History()[0]);
        var merged = await Pulls.FindAsync(Repo, number, Ending);
        Assert.Equal((true, false, sha), (merged!.IsMerged, merged.IsOpen, merged.MergeSha));
    }

    [Fact]
    public async Task A_branch_that_moved_on_is_not_merged()
    {
        var number = GitHub.AddPullRequest("Add a cart", "cart");
        var seen = GitHub.Head("cart")!;
        GitHub.Push("cart", "and a backdoor");

        var error = await MergeFailsAsync(number, seen);

        Assert.Equal((System.Net.HttpStatusCode.Conflict, CallEffect.None, false), (error.Status, error.Effect, error.IsTransient));
        Assert.Empty(Mutations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_a_conflict_nor_a_draft_is_merged(bool conflict)
    {
        var number = GitHub.AddPullRequest("Add a cart", "cart", isDraft: !conflict);
        GitHub.SetConflict(number, conflict);

        var error = await MergeFailsAsync(number, GitHub.Head("cart")!);

        Assert.Equal((System.Net.HttpStatusCode.MethodNotAllowed, CallEffect.None), (error.Status, error.Effect));
        await Pulls.FindAsync(Repo, number, Ending);
        Assert.Equal(!conflict, (await Pulls.FindAsync(Repo, number, Ending))!.Mergeable);
    }

    [Fact]
    public async Task A_merge_whose_answer_was_lost_is_found_to_have_happened()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "MergePullRequest");
        var number = GitHub.AddPullRequest("Add a cart", "cart");

        var error = await MergeFailsAsync(number, GitHub.Head("cart")!);

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Equal(GitHub.Head(), (await Pulls.FindAsync(Repo, number, Ending))!.MergeSha);
        Assert.Equal(["MergePullRequest"], Mutations);
    }

    [Fact]
    public async Task One_is_opened_from_a_branch_redacted_and_found_again_by_its_key()
    {
        GitHub.Push("fix", "Fix it");
        var draft = new PullRequestDraft("finding/1", "Fix it", "token=abcdefgh", "fix", "main", IsDraft: true);
        Assert.Null(await Pulls.FindAsync(Repo, draft, Ending));

        var opened = await Pulls.CreateAsync(await PermittedAsync(Calls.CreatePullRequest(Repo, draft)), Repo, draft, Ending);

        Assert.True(opened.IsDraft);
        Assert.DoesNotContain("abcdefgh", opened.Body, StringComparison.Ordinal);
        Assert.Equal(opened.Number, (await Pulls.FindAsync(Repo, draft, Ending))!.Number);
        Assert.Null(await Pulls.FindAsync(Repo, draft with { Key = "finding/2" }, Ending));
    }

    [Fact]
    public async Task Checks_are_check_runs_and_statuses_together()
    {
        var number = GitHub.AddPullRequest("Add a cart", "cart");
        var sha = GitHub.Head("cart")!;
        Assert.Equal(ChecksState.None, await StateAsync(sha));

        GitHub.SetChecks(number, RunState.Running);
        Assert.Equal(["ci"], (await Pulls.ChecksAsync(Repo, sha, Ending)).Pending);
        GitHub.SetChecks(number, RunState.Green);
        Assert.Equal(ChecksState.Green, await StateAsync(sha));
        GitHub.SetStatus(sha, RunState.Queued, "old-ci");
        Assert.Equal(ChecksState.Pending, await StateAsync(sha));
        GitHub.SetStatus(sha, RunState.Red, "old-ci");
        GitHub.SetChecks(number, RunState.Cancelled, "lint");

        var checks = await Pulls.ChecksAsync(Repo, sha, Ending);
        Assert.Equal(ChecksState.Red, checks.State);
        Assert.Equal(["lint", "old-ci"], checks.Failing.Order());
    }

    [Fact]
    public async Task A_red_check_on_a_later_page_is_seen()
    {
        var sha = GitHub.Push("cart");
        for (var i = 0; i < 130; i++)
        {
            GitHub.SetChecks(sha, RunState.Green, $"check-{i}");
        }

        GitHub.SetChecks(sha, RunState.Red, "the-last");

        Assert.Equal(["the-last"], (await Pulls.ChecksAsync(Repo, sha, Ending)).Failing);
    }

    private async Task<ChecksState> StateAsync(string sha) => (await Pulls.ChecksAsync(Repo, sha, Ending)).State;

    private async Task<ConnectorException> MergeFailsAsync(int number, string sha)
    {
        var permit = await PermittedAsync(Calls.Merge(Repo, number, sha, null));
        return await Assert.ThrowsAsync<ConnectorException>(() => Pulls.MergeAsync(permit, Repo, number, sha, null, Ending));
    }
}
