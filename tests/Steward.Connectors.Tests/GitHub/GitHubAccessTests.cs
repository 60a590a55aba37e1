using Steward.Connectors.GitHub;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubAccessTests : GitHubTest
{
    private readonly FakeClock clock = new();

    protected override TimeProvider Clock => clock;

    protected override TimeProvider WorldClock => clock;

    private GitHubAccess Access => Get<GitHubAccess>();

    [Theory]
    [InlineData("admin", GitHubPermission.Admin)]
    [InlineData("maintain", GitHubPermission.Maintain)]
    [InlineData("write", GitHubPermission.Write)]
    [InlineData("triage", GitHubPermission.Triage)]
    [InlineData("read", GitHubPermission.Read)]
    [InlineData("none", GitHubPermission.None)]
    public async Task What_a_person_may_do_is_told(string role, GitHubPermission expected)
    {
        GitHub.SetPermission("mia", role);

        Assert.Equal(expected, await Access.PermissionAsync(Repo, "mia", Ending));
    }

    [Fact]
    public async Task A_stranger_may_nothing_where_it_is_private_and_read_where_it_is_not()
    {
        Assert.Equal(GitHubPermission.None, await Access.PermissionAsync(Repo, "stranger", Ending));
        GitHub.IsPrivate = false;
        Assert.Equal(GitHubPermission.Read, await Access.PermissionAsync(Repo, "another", Ending));
    }

    [Fact]
    public async Task What_a_person_may_do_is_believed_for_a_minute()
    {
        GitHub.SetPermission("mia", "write");
        await Access.PermissionAsync(Repo, "mia", Ending);
        GitHub.SetPermission("mia", "none");

        Assert.Equal(GitHubPermission.Write, await Access.PermissionAsync(Repo, "Mia", Ending));
        Assert.Equal(1, World.Calls.Of(Systems.GitHub, "GetPermission"));
        clock.Advance(GitHubAccess.KeepFor);
        Assert.Equal(GitHubPermission.None, await Access.PermissionAsync(Repo, "mia", Ending));
    }

    [Fact]
    public async Task The_repository_says_its_default_branch_and_whether_it_is_private()
    {
        var repository = await Access.RepositoryAsync(GitHubRepo.Parse("ACME/Shop"), Ending);

        Assert.Equal((Repo, "main", true), (repository.Repo, repository.DefaultBranch, repository.IsPrivate));
    }

    [Fact]
    public async Task The_rest_of_the_hour_is_told()
    {
        GitHub.SpendRequests(100);

        var limit = await Access.RateLimitAsync(Ending);

        Assert.Equal((5000, 4900), (limit.Limit, limit.Remaining));
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromHours(1), limit.ResetsAt);
    }

    [Theory]
    [InlineData("acme/shop", true)]
    [InlineData("a/b.c_d-e", true)]
    [InlineData("acme", false)]
    [InlineData("acme/shop/x", false)]
    [InlineData("acme/..", false)]
    [InlineData("acme/sh op", false)]
    [InlineData("-acme/shop", false)]
    [InlineData("acme/shop\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_name_is_owner_and_name(string? text, bool sound) => Assert.Equal(sound, GitHubRepo.TryParse(text, out _));
}
