using Steward.Connectors.GitHub;
using Steward.Testing;

namespace Steward.Connectors.Tests.GitHub;

public abstract class GitHubExaminationTests : GitHubTest
{
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    protected override TimeProvider Clock => clock;

    protected override TimeProvider WorldClock => clock;

    protected Task<GitHubExamination> ExamineAsync() => Get<GitHubAccess>().ExamineAsync(Ending);

    protected async Task<string> OnlyProblemAsync() => Assert.Single((await ExamineAsync()).Problems);

    public class AsApp : GitHubExaminationTests
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("GitHub:Token");
            settings["GitHub:AppId"] = $"{Options.GitHubAppId}";
            settings["GitHub:InstallationId"] = $"{Options.GitHubInstallationId}";
            // One line of base64, as it travels well in an environment variable.
            settings["GitHub:PrivateKey"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(World.GitHub.AppPrivateKey));
        }
    }

    public sealed class RightApp : AsApp
    {
        [Fact]
        public async Task All_is_well_with_the_least_permissions()
        {
            var found = await ExamineAsync();

            Assert.True(found.IsWell, string.Join(" / ", found.Problems));
            Assert.Equal((GitHubCredentials.App, "steward", "acme/shop", true, 0.0), (found.Credentials, found.Account, found.Repository, found.RepositoryVisible, found.ClockAheadSeconds));
            Assert.Equal(5000, found.RateLimit!.Limit);
            Assert.All(found.Permissions, grant => Assert.Equal(GitHubGrantState.Sufficient, grant.State));
        }

        [Fact]
        public async Task A_missing_permission_is_a_problem_and_one_too_many_is_told()
        {
            GitHub.GrantApp(new Dictionary<string, string>(Options.GitHubPermissions) { ["issues"] = "read", ["workflows"] = "write", ["administration"] = "read", ["checks"] = "write" });

            var found = await ExamineAsync();

            Assert.Contains("The permission issues is missing (write is needed", Assert.Single(found.Problems), StringComparison.Ordinal);
            Assert.Equal(["administration", "checks", "workflows"], found.Permissions.Where(grant => grant.State == GitHubGrantState.Unneeded).Select(grant => grant.Name));
            Assert.False(found.IsWell);
        }

        [Fact]
        public async Task A_clock_that_differs_is_told()
        {
            GitHub.ClockAhead = TimeSpan.FromSeconds(45);

            var found = await ExamineAsync();

            Assert.Equal(-45, found.ClockAheadSeconds);
            Assert.Contains("45 s behind GitHub's", Assert.Single(found.Problems), StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_clock_that_is_too_far_ahead_explains_why_the_App_is_refused()
        {
            GitHub.ClockAhead = TimeSpan.FromSeconds(-90);

            var found = await ExamineAsync();

            Assert.Contains("90 s ahead of GitHub's", found.Problems[1], StringComparison.Ordinal);
            Assert.Contains("Issued at", found.Problems[0], StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_suspended_installation_is_told()
        {
            GitHub.SuspendApp();

            Assert.Contains("suspended since 2026-11-21", await OnlyProblemAsync(), StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_spent_hour_is_told()
        {
            GitHub.SpendRequests(5000);

            var found = await ExamineAsync();

            Assert.Equal((false, 0), (found.IsWell, found.RateLimit!.Remaining));
            Assert.Contains("All 5000 requests of this hour are spent; GitHub answers again at ", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class OtherKey : AsApp
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            using var other = System.Security.Cryptography.RSA.Create(2048);
            settings["GitHub:PrivateKey"] = other.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n");
        }

        [Fact]
        public async Task A_key_that_is_not_the_Apps_is_told() =>
            Assert.Contains("GitHub does not accept the App", await OnlyProblemAsync(), StringComparison.Ordinal);
    }

    public sealed class OtherInstallation : AsApp
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["GitHub:InstallationId"] = "1";
        }

        [Fact]
        public async Task The_right_installation_is_named() => Assert.Contains($"is {Options.GitHubInstallationId}", await OnlyProblemAsync(), StringComparison.Ordinal);
    }

    public sealed class OtherRepository : AsApp
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["GitHub:Repository"] = "acme/other";
        }

        [Fact]
        public async Task A_repository_without_the_App_is_told()
        {
            Assert.Contains("not installed for acme/other", await OnlyProblemAsync(), StringComparison.Ordinal);
            Assert.False((await ExamineAsync()).RepositoryVisible);
        }
    }

    public sealed class WithToken : GitHubExaminationTests
    {
        [Fact]
        public async Task A_token_tells_whose_it_is()
        {
            var found = await ExamineAsync();

            Assert.True(found.IsWell);
            Assert.Equal((GitHubCredentials.Token, Options.GitHubLogin), (found.Credentials, found.Account));
            Assert.Empty(found.Permissions);
        }
    }

    public sealed class WrongToken : GitHubExaminationTests
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["GitHub:Token"] = "another-token";
        }

        [Fact]
        public async Task A_token_that_is_not_accepted_is_told() => Assert.Contains("does not accept the token", await OnlyProblemAsync(), StringComparison.Ordinal);
    }

    public sealed class NothingSet : GitHubExaminationTests
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
        }

        [Fact]
        public async Task Nothing_set_up_is_told()
        {
            Assert.Contains("GitHub is not set up", await OnlyProblemAsync(), StringComparison.Ordinal);
            Assert.Equal(GitHubCredentials.None, (await ExamineAsync()).Credentials);
        }
    }
}
