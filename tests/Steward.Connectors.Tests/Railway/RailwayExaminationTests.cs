using Steward.Connectors.Railway;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Connectors.Tests.Railway;

public static class RailwayExaminationTests
{
    public sealed class Right : TwoEnvironments
    {
        [Theory]
        [InlineData("production")]
        [InlineData("staging")]
        [InlineData("other")]
        public async Task A_project_token_for_its_environment_is_well(string name)
        {
            var found = await Environments.Find(name)!.ExamineAsync(Ending);

            Assert.Equal((name, RailwayTokenFinding.Accepted, RailwayTokenKind.Project, true, true),
                (found.Environment, found.Token, found.TokenKind, found.EnvironmentVisible, found.ProjectVisible));
            Assert.True(found.IsWell, string.Join(' ', found.Problems));
            Assert.Empty(found.Missing);
            Assert.InRange(found.ClockAheadSeconds!.Value, -5, 5);
            Assert.Empty(World.Mutations);
        }

        [Fact]
        public async Task Railway_out_of_reach_is_a_finding()
        {
            World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(30)), Systems.Railway);

            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.NotAsked, null, null, false), (found.Token, found.TokenKind, found.EnvironmentVisible, found.IsWell));
            Assert.Contains("asked too often", Assert.Single(found.Problems), StringComparison.Ordinal);
        }

        [Fact]
        public async Task What_was_found_before_Railway_failed_is_kept()
        {
            World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(30)), Systems.Railway, "Project");

            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.Accepted, true, null, false), (found.Token, found.EnvironmentVisible, found.ProjectVisible, found.IsWell));
        }
    }

    public sealed class Account : ConnectorTest
    {
        protected override WorldOptions Options => base.Options with { RailwayTokenIsAccounts = true };

        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("Railway:ProjectId");
        }

        [Fact]
        public async Task An_account_token_is_well_and_what_is_not_said_is_listed()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.True(found.IsWell, string.Join(' ', found.Problems));
            Assert.Equal((RailwayTokenKind.Account, null), (found.TokenKind, found.ProjectVisible));
            Assert.Contains("Railway:ProjectId", Assert.Single(found.Missing), StringComparison.Ordinal);
        }
    }

    public sealed class AccountsAsProjects : ConnectorTest
    {
        protected override WorldOptions Options => base.Options with { RailwayTokenIsAccounts = true };

        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:TokenKind"] = "project";
        }

        [Fact]
        public async Task An_account_token_in_the_wrong_header_is_recognised()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.OtherKind, RailwayTokenKind.Account, true, false), (found.Token, found.TokenKind, found.EnvironmentVisible, found.IsWell));
            Assert.Contains("Set Railway:TokenKind to Account", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class ProjectsAsAccounts : TwoEnvironments
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:Environments:staging:TokenKind"] = "account";
        }

        [Fact]
        public async Task A_project_token_in_the_wrong_header_is_recognised()
        {
            var found = await Staging.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.OtherKind, RailwayTokenKind.Project, true, true), (found.Token, found.TokenKind, found.EnvironmentVisible, found.ProjectVisible));
            Assert.Contains("Set Railway:Environments:staging:TokenKind to Project", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class Wrong : TwoEnvironments
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:Token"] = "nobodys-token";
            settings["Railway:Environments:staging:Token"] = OtherToken;
            settings["Railway:Environments:other:ProjectId"] = Options.RailwayProjectId;
        }

        [Fact]
        public async Task A_token_that_nobody_knows_is_refused_and_not_shown()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.Refused, null, null, false), (found.Token, found.TokenKind, found.EnvironmentVisible, found.IsWell));
            var problem = Assert.Single(found.Problems);
            Assert.Contains("Railway:Token", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("nobodys-token", problem, StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_project_token_for_another_environment_says_for_which()
        {
            var found = await Staging.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.Accepted, false, false, false), (found.Token, found.EnvironmentVisible, found.ProjectVisible, found.IsWell));
            var problem = Assert.Single(found.Problems);
            Assert.Contains($"for environment {OtherId} of project {OtherProject}", problem, StringComparison.Ordinal);
            Assert.Contains($"Railway:Environments:staging:EnvironmentId is {StagingId}", problem, StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_project_token_for_another_project_says_for_which()
        {
            var found = await Environments.Find("other")!.ExamineAsync(Ending);

            Assert.Equal((false, false), (found.EnvironmentVisible, found.ProjectVisible));
            Assert.Contains($"is of project {OtherProject}, and Railway:Environments:other:ProjectId is {Options.RailwayProjectId}", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class WrongProject : TwoEnvironments
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:TokenKind"] = "account";
            settings["Railway:ProjectId"] = OtherProject;
        }

        [Fact]
        public async Task An_environment_of_another_project_is_a_problem()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((false, true, false), (found.EnvironmentVisible, found.ProjectVisible, found.IsWell));
            Assert.Contains($"is of project {Options.RailwayProjectId}", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class NoSuchEnvironment : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:EnvironmentId"] = "nowhere";
        }

        [Fact]
        public async Task An_environment_that_the_token_does_not_reach_is_named()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.Accepted, false, true), (found.Token, found.EnvironmentVisible, found.ProjectVisible));
            Assert.Contains("Railway:EnvironmentId. railway Environment: there is no such thing", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class Clocks : ConnectorTest
    {
        // The world has the machine's clock.
        private readonly FakeClock clock = new(TimeProvider.System.GetUtcNow().AddMinutes(-10));

        protected override TimeProvider Clock => clock;

        [Fact]
        public async Task A_clock_that_is_wrong_is_a_problem()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.True(found.ClockAheadSeconds < -590);
            Assert.Contains("behind Railway's", Assert.Single(found.Problems), StringComparison.Ordinal);
        }
    }

    public sealed class Nothing : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
        }

        [Fact]
        public async Task Without_settings_nothing_is_asked()
        {
            var found = await Railway.ExamineAsync(Ending);

            Assert.Equal((RailwayTokenFinding.Missing, false), (found.Token, found.IsWell));
            Assert.Equal(3, found.Missing.Count);
            Assert.Equal(0, World.Calls.Total);
        }
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT", 0, 1, 0d)]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT", 0.9, 1.2, 0d)]
    [InlineData("Sat, 21 Nov 2026 12:00:03 GMT", 0, 10, 0d)]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT", 31, 32, 30d)]
    [InlineData("Sat, 21 Nov 2026 12:00:30 GMT", 0, 1, -29d)]
    [InlineData("yesterday", 0, 1, null)]
    [InlineData(null, 0, 1, null)]
    public static void The_clock_is_wrong_by_no_less_than_the_answer_proves(string? date, double sent, double received, double? ahead)
    {
        var noon = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(ahead, RailwayProbe<string>.Compare(date, noon.AddSeconds(sent), noon.AddSeconds(received))?.TotalSeconds);
    }
}
