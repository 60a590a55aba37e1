using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubIssuesTests : GitHubTest
{
    private static readonly IssueDraft Draft = new("deployment-failed/7f3c", "web failed", "It failed. token=abcdefgh", ["incident"]);

    private GitHubIssues Issues => Get<GitHubIssues>();

    [Fact]
    public async Task An_issue_is_opened_redacted_labelled_and_found_again_by_its_key()
    {
        Assert.Null(await Issues.FindIssueAsync(Repo, Draft.Key, Ending));

        var issue = await Issues.CreateIssueAsync(await PermitAsync(Get<GitHubCalls>().CreateIssue(Repo, Draft)), Repo, Draft, Ending);

        var opened = Assert.Single(GitHub.Issues);
        Assert.Equal(["steward", "incident"], opened.Labels);
        Assert.DoesNotContain("abcdefgh", opened.Body, StringComparison.Ordinal);
        Assert.Contains("<!-- steward:deployment-failed/7f3c -->", opened.Body, StringComparison.Ordinal);
        Assert.Equal(issue, await Issues.FindIssueAsync(Repo, Draft.Key, Ending));
        Assert.Null(await Issues.FindIssueAsync(Repo, "deployment-failed/7f3", Ending));
    }

    [Fact]
    public async Task Open_issues_are_listed_newest_first_without_pull_requests()
    {
        GitHub.CloseIssue(GitHub.AddIssue("closed", "", "bug"));
        var (old, other, young) = (GitHub.AddIssue("old", "", "bug", "urgent"), GitHub.AddIssue("other", ""), GitHub.AddIssue("young", "", "bug"));
        GitHub.AddPullRequest();

        Assert.Equal([young, other, old], (await Issues.ListOpenAsync(Repo, null, 10, Ending)).Select(issue => issue.Number));
        Assert.Equal([young], (await Issues.ListOpenAsync(Repo, null, 1, Ending)).Select(issue => issue.Number));
        var last = (await Issues.ListOpenAsync(Repo, "bug", 10, Ending))[^1];
        Assert.Equal((old, "developer", "bug, urgent"), (last.Number, last.Author, string.Join(", ", last.Labels)));
        Assert.NotNull(last.CreatedAt);
    }

    [Fact]
    public async Task A_key_cannot_end_its_comment()
    {
        var draft = Draft with { Key = "a--><script>--" };
        var issue = await Issues.CreateIssueAsync(await PermitAsync(Get<GitHubCalls>().CreateIssue(Repo, draft)), Repo, draft, Ending);

        Assert.EndsWith("<!-- steward:a-%2D%3E%3Cscript%3E-%2D -->", GitHub.Issues[0].Body, StringComparison.Ordinal);
        Assert.Equal(issue, await Issues.FindIssueAsync(Repo, draft.Key, Ending));
    }

    [Fact]
    public async Task Our_marker_without_our_label_does_not_count()
    {
        GitHub.AddIssue("a stranger's", "<!-- steward:k -->");

        Assert.Null(await Issues.FindIssueAsync(Repo, "k", Ending));
    }

    [Fact]
    public async Task An_issue_that_was_closed_was_opened()
    {
        var number = GitHub.AddIssue("ours", "<!-- steward:k -->", "steward");
        GitHub.CloseIssue(number);

        Assert.Equal(number, (await Issues.FindIssueAsync(Repo, "k", Ending))?.Number);
    }

    [Fact]
    public async Task Later_pages_are_looked_at()
    {
        var number = GitHub.AddIssue("old", "<!-- steward:k -->", "steward");
        for (var i = 0; i < 150; i++)
        {
            GitHub.AddIssue("newer", "", "steward");
        }

        Assert.Equal(number, (await Issues.FindIssueAsync(Repo, "k", Ending))?.Number);
        Assert.Equal(2, World.Calls.Of(Systems.GitHub, "ListIssues"));
    }

    [Fact]
    public async Task An_issue_whose_answer_was_lost_is_not_opened_twice_and_is_found()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "CreateIssue");
        var call = Get<GitHubCalls>().CreateIssue(Repo, Draft);
        var permit = await PermitAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Issues.CreateIssueAsync(permit, Repo, Draft, Ending));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.IsType<GateAnswer.OutcomeUnknown>(await AskAsync(call));
        Assert.Equal(1, (await Issues.FindIssueAsync(Repo, Draft.Key, Ending))?.Number);
        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task An_issue_gets_another_text_and_keeps_the_labels_that_people_gave()
    {
        var number = GitHub.AddIssue("CI is red", "<!-- steward:k -->", "steward", "wontfix");
        var draft = new IssueDraft("k", "CI is still red", "Since noon.", []);

        var issue = await Issues.UpdateIssueAsync(await PermittedAsync(Calls.UpdateIssue(Repo, number, draft)), Repo, number, draft, Ending);

        Assert.Equal(("CI is still red", true), (issue.Title, issue.IsOpen));
        Assert.Equal(["steward", "wontfix"], GitHub.Issues[0].Labels);
        Assert.Equal(number, (await Issues.FindIssueAsync(Repo, "k", Ending))?.Number);
    }

    [Fact]
    public async Task An_issue_is_closed_with_a_word_that_is_not_said_twice()
    {
        var number = GitHub.AddIssue("CI is red", "", "steward");
        World.Faults.Add(Fault.DropBeforeEffect, Systems.GitHub, "UpdateIssue", times: 1);
        await Assert.ThrowsAsync<ConnectorException>(() => CloseAsync(number, "Green again."));
        Assert.True((await Issues.FindIssueAsync(Repo, number, Ending))!.IsOpen);

        await CloseAsync(number, "Green again.");

        Assert.False((await Issues.FindIssueAsync(Repo, number, Ending))!.IsOpen);
        Assert.StartsWith("Green again.", Assert.Single(GitHub.Comments(number)).Body, StringComparison.Ordinal);
        GitHub.ReopenIssue(number);
        await CloseAsync(number, "Green once more.");
        Assert.Equal(2, GitHub.Comments(number).Count);
    }

    private async Task CloseAsync(int number, string comment) =>
        await Issues.CloseIssueAsync(await PermittedAsync(Calls.CloseIssue(Repo, number, comment)), Repo, number, comment, Ending);

    public sealed class Limits : StubTest
    {
        private static readonly GitHubRepo Repo = GitHubRepo.Parse("acme/shop");

        [Fact]
        public async Task The_hourly_limit_is_known_though_it_comes_with_403()
        {
            var reset = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Clock.GetUtcNow().ToUnixTimeSeconds() + 600);
            await AnswerAsync(403, """{"message":"API rate limit exceeded for user ID 1."}""", "application/json",
                ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset.ToUnixTimeSeconds()}"));

            var error = await FailsAsync();

            Assert.Equal((true, CallEffect.None), (error.IsTransient, error.Effect));
            Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(500), TimeSpan.FromSeconds(600));
            Assert.Single(Stub.Requests);
        }

        [Fact]
        public async Task The_secondary_limit_is_known_though_it_comes_with_403()
        {
            await AnswerAsync(403, """{"message":"You have exceeded a secondary rate limit."}""", "application/json", ("Retry-After", "60"));

            var error = await FailsAsync();

            Assert.Equal((true, CallEffect.None, TimeSpan.FromSeconds(60)), (error.IsTransient, error.Effect, error.RetryAfter));
        }

        [Fact]
        public async Task A_secondary_limit_that_gives_no_time_is_left_alone_for_a_minute()
        {
            await AnswerAsync(403, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}""", "application/json", ("x-ratelimit-remaining", "4000"));

            Assert.Equal(TimeSpan.FromMinutes(1), (await FailsAsync()).RetryAfter);
        }

        [Fact]
        public async Task A_page_elsewhere_is_not_asked_for()
        {
            await AnswerAsync(200, "[]", "application/json", ("Link", "<https://evil.example/repos/acme/shop/issues?page=2>; rel=\"next\""));

            Assert.Null(await Get<GitHubIssues>().FindIssueAsync(Repo, "k", Ending));
            Assert.Single(Stub.Requests);
        }

        [Fact]
        public async Task A_403_for_want_of_rights_is_final()
        {
            await AnswerAsync(403, """{"message":"Resource not accessible by personal access token"}""", "application/json", ("x-ratelimit-remaining", "4999"));

            var error = await FailsAsync();

            Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        }

        [Fact]
        public async Task Requests_say_who_asks_and_in_which_version()
        {
            await AnswerAsync(200, "[]");
            Assert.Null(await Get<GitHubIssues>().FindIssueAsync(Repo, "k", Ending));

            var headers = Assert.Single(Stub.Requests);
            Assert.Equal("application/vnd.github+json", headers["Accept"]);
            Assert.Equal("2022-11-28", headers["X-GitHub-Api-Version"]);
            Assert.Equal("steward", headers["User-Agent"]);
            Assert.Equal($"Bearer {Options.GitHubToken}", headers["Authorization"]);
        }

        private async Task<ConnectorException> FailsAsync()
        {
            var permit = await PermitAsync(Get<GitHubCalls>().CreateIssue(Repo, Draft));
            return await Assert.ThrowsAsync<ConnectorException>(() => Get<GitHubIssues>().CreateIssueAsync(permit, Repo, Draft, Ending));
        }
    }
}
