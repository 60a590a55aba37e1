using Steward.Connectors.GitHub;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubAppTests : GitHubTest
{
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    protected override TimeProvider Clock => clock;

    protected override TimeProvider WorldClock => clock;

    private int TokensMade => World.Calls.Of(Systems.GitHub, "CreateInstallationToken");

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings.Remove("GitHub:Token");
        settings["GitHub:AppId"] = $"{Options.GitHubAppId}";
        settings["GitHub:InstallationId"] = $"{Options.GitHubInstallationId}";
        settings["GitHub:PrivateKey"] = World.GitHub.AppPrivateKey;
    }

    [Fact]
    public async Task The_App_gets_a_token_once_and_goes_on_with_it()
    {
        await ReadAsync();
        await ReadAsync();

        Assert.Equal(1, TokensMade);
    }

    [Fact]
    public async Task Five_minutes_before_its_end_the_token_is_renewed()
    {
        await ReadAsync();
        clock.Advance(TimeSpan.FromMinutes(54.9));
        await ReadAsync();
        Assert.Equal(1, TokensMade);

        clock.Advance(TimeSpan.FromMinutes(0.2));
        await ReadAsync();

        Assert.Equal(2, TokensMade);
    }

    [Fact]
    public async Task One_caller_renews_while_the_others_go_on_with_the_old_token()
    {
        await ReadAsync();
        clock.Advance(TimeSpan.FromMinutes(56));
        var gate = World.Faults.HoldBeforeEffect(Systems.GitHub, "CreateInstallationToken");
        var renewing = ReadAsync();
        await gate.Reached.WaitAsync(Ending);

        await Task.WhenAll(ReadAsync(), ReadAsync(), ReadAsync());
        Assert.False(renewing.IsCompleted);
        gate.Release();
        await renewing;

        Assert.Equal(2, TokensMade);
    }

    [Fact]
    public async Task Without_a_good_token_all_wait_for_the_one_who_gets_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadAsync()));

        Assert.Equal(1, TokensMade);
    }

    [Fact]
    public async Task A_renewal_that_fails_early_does_no_harm()
    {
        await ReadAsync();
        clock.Advance(TimeSpan.FromMinutes(56));
        World.Faults.Add(Fault.RateLimit(TimeSpan.FromMinutes(1)), Systems.GitHub, "CreateInstallationToken");

        await ReadAsync();
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_dropped_and_the_request_sent_once_more()
    {
        await ReadAsync();
        GitHub.RevokeTokens();
        var draft = new IssueDraft("k", "t", "b", []);

        await Get<GitHubIssues>().CreateIssueAsync(await PermittedAsync(Calls.CreateIssue(Repo, draft)), Repo, draft, Ending);

        Assert.Equal(2, TokensMade);
        Assert.Single(GitHub.Issues);
    }

    [Fact]
    public async Task Its_own_comments_are_known_by_the_App()
    {
        var number = GitHub.AddPullRequest();
        GitHub.AddComment(number, "<!-- steward:k -->", "steward[bot]");
        var comments = Get<GitHubComments>();
        foreach (var text in new[] { "one", "two" })
        {
            await comments.PutAsync(await PermittedAsync(Calls.PutComment(Repo, number, "k", text)), Repo, number, "k", text, Ending);
        }

        Assert.Equal(2, GitHub.Comments(number).Count);
        Assert.StartsWith("two", GitHub.Comments(number)[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_that_the_App_lacks_is_named_and_nothing_happens()
    {
        GitHub.GrantApp(new Dictionary<string, string> { ["metadata"] = "read", ["issues"] = "read" });
        var draft = new IssueDraft("k", "t", "b", []);
        var permit = await PermittedAsync(Calls.CreateIssue(Repo, draft));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Get<GitHubIssues>().CreateIssueAsync(permit, Repo, draft, Ending));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("not accessible by integration", error.Message, StringComparison.Ordinal);
    }

    private Task<GitHubRepository> ReadAsync() => Get<GitHubAccess>().RepositoryAsync(Repo, Ending);
}
