using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayEnvironmentTests : TwoEnvironments
{
    [Fact]
    public async Task Each_environment_has_its_own_deployments_of_the_service_that_they_share()
    {
        var found = new List<(string Environment, string Key, string? Version)>();
        foreach (var client in Environments.All)
        {
            var service = Assert.Single(await client.ListServicesAsync(Ending));
            found.Add((client.Environment.Name, Environments.KeyOf(client, service.Name), service.LatestDeployment!.Version));
            Assert.Equal(client.Environment.Name == "other", service.Id != WebId);
        }

        Assert.Equal([("production", "web", "a1"), ("other", "web@other", "o1"), ("staging", "web@staging", "s1")], found);
    }

    [Fact]
    public void The_default_is_what_one_gets_who_asks_for_no_environment()
    {
        Assert.Same(Environments.Default, Get<RailwayClient>());
        Assert.Same(Environments.Default.Calls, Get<RailwayCalls>());
        Assert.Equal(new RailwayEnvironment("production", Options.RailwayProjectId, Options.RailwayEnvironmentId) { IsDefault = true }, Railway.Environment);
    }

    [Fact]
    public void What_is_not_said_is_the_defaults()
    {
        Assert.Equal(new RailwayEnvironment("staging", Options.RailwayProjectId, StagingId), Staging.Environment);
        Assert.Equal(OtherProject, Environments.Find("Other")!.Environment.ProjectId);
        Assert.Null(Environments.Find("preview"));
    }

    [Theory]
    [InlineData("production", "7f3c", "7f3c")]
    [InlineData("staging", "7f3c", "7f3c@staging")]
    [InlineData("production", "odd@name", "odd@name@production")]
    [InlineData("production", "odd@staging", "odd@staging@production")]
    [InlineData("staging", "odd@name", "odd@name@staging")]
    public void A_key_leads_back_to_its_service(string environment, string id, string key)
    {
        var client = Environments.Find(environment)!;

        Assert.Equal(key, Environments.KeyOf(client, id));
        Assert.Equal(key, Environments.KeyOf(client, key));
        Assert.Equal((client, id), Environments.Locate(key));
    }

    [Fact]
    public void The_default_environment_may_be_named_but_has_one_key_all_the_same()
    {
        Assert.Equal((Railway, "web"), Environments.Locate("web@production"));
        Assert.Equal("web", Environments.KeyOf(Railway, "web@production"));
    }

    [Fact]
    public void A_key_of_an_environment_that_is_gone_never_leads_to_another()
    {
        var error = Assert.Throws<ConnectorException>(() => Environments.Locate("web@preview"));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("Railway:Environments:preview", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("web@staging")]
    public async Task A_call_names_the_service_by_its_key_and_the_environment_by_its_id(string name)
    {
        var web = new RailwayServiceRef(WebId, name);
        var good = StagingWorld.Active("web")!.Id;
        StagingWorld.Deploy("web", "s2");
        var call = Staging.Calls.Rollback(web, good);

        await Staging.RollbackAsync(await PermitAsync(call), web, good, Ending);

        Assert.Equal(("web@staging", StagingId), (call.Service, call.Arguments["environmentId"]!.GetValue<string>()));
        Assert.Equal("s1", StagingWorld.Active("web")!.Commit);
        Assert.Single(World.Railway.Deployments("web"));
        Assert.NotEqual(Railway.Calls.Rollback(web with { Name = "web" }, good).Hash, call.Hash);
    }

    [Fact]
    public async Task A_permit_for_one_environment_is_not_good_in_another()
    {
        var web = new RailwayServiceRef(WebId, "web");
        var good = StagingWorld.Active("web")!.Id;
        var permit = await PermitAsync(Railway.Calls.Rollback(web, good));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Staging.RollbackAsync(permit, web, good, Ending));

        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_token_reaches_no_further_than_its_environment()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync(StagingWorld.Active("web")!.Id, Ending));

        Assert.Contains("Check Railway:Token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_redactor_knows_the_token_of_every_environment()
    {
        _ = Get<IOptions<RailwayOptions>>().Value;

        Assert.Equal("[redacted] [redacted] [redacted]", Get<Redactor>().Redact($"{Options.RailwayToken} {StagingToken} {OtherToken}"));
    }

    public sealed class WrongToken : TwoEnvironments
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:Environments:staging:Token"] = OtherToken + "x";
        }

        [Fact]
        public async Task A_refused_token_is_named_by_its_own_key_and_the_other_environments_go_on()
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => Staging.ListServicesAsync(Ending));

            Assert.Contains("Check Railway:Environments:staging:Token", error.Message, StringComparison.Ordinal);
            Assert.Single(await Railway.ListServicesAsync(Ending));
        }
    }

    public sealed class AccountToken : TwoEnvironments
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:TokenKind"] = "account";
            settings.Remove("Railway:Environments:staging:Token");
            settings["Railway:Environments:other:TokenKind"] = "project";
        }

        [Fact]
        public async Task An_account_token_serves_every_environment_without_one_of_its_own()
        {
            Assert.Equal("s1", Assert.Single(await Staging.ListServicesAsync(Ending)).LatestDeployment!.Version);
            Assert.Equal("o1", Assert.Single(await Environments.Find("other")!.ListServicesAsync(Ending)).LatestDeployment!.Version);
            Assert.Empty(await Staging.VariableNamesAsync(WebId, Ending));
        }
    }
}
