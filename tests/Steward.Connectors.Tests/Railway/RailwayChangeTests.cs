using System.Text.Json;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Simulation;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayChangeTests : ConnectorTest
{
    private RailwayServiceRef web = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        web = new RailwayServiceRef(World.Railway.AddService("web", "a1"), "web");
    }

    [Fact]
    public async Task A_redeployment_gives_the_new_deployments_id()
    {
        var active = World.Railway.Active("web")!.Id;

        var id = await Railway.RedeployAsync(await ApprovedAsync(Get<RailwayCalls>().Redeploy(web, active, sameImage: true)), web, active, true, Ending);

        Assert.Equal(World.Railway.Deployments("web")[0].Id, id);
        Assert.Equal("DeploymentRedeploy", Assert.Single(World.Mutations).Operation);
    }

    [Fact]
    public async Task A_restart_keeps_the_deployment()
    {
        var active = World.Railway.Active("web")!.Id;

        await Railway.RestartAsync(await PermitAsync(Get<RailwayCalls>().Restart(web, active)), web, active, Ending);

        Assert.Equal(("DeploymentRestart", active), (World.Mutations.Single().Operation, World.Mutations.Single().Target));
    }

    [Fact]
    public async Task A_variable_is_set_and_its_value_is_in_no_log_and_no_audit_row()
    {
        var value = new Secret("correct horse battery staple");
        var call = Get<RailwayCalls>().SetVariable(web, "GREETING", value, deploy: false);

        await Railway.UpsertVariableAsync(await ApprovedAsync(call), web, "GREETING", value, deploy: false, Ending);

        Assert.Equal(value.Reveal(), World.Railway.Variable("web", "GREETING"));
        Assert.Single(World.Railway.Deployments("web"));
        var rows = (await Get<AuditLog>().ListAsync(new AuditFilter(), new PageRequest(500), Ending)).Items;
        Assert.DoesNotContain("battery staple", JsonSerializer.Serialize(rows, Json.Options), StringComparison.Ordinal);
        Assert.Contains("GREETING", await Railway.VariableNamesAsync(web.Id, Ending));
        var read = (await Railway.VariablesAsync(web.Id, Ending))["GREETING"];
        Assert.Equal(("***", value.Reveal()), (read.ToString(), read.Reveal()));
    }

    [Fact]
    public async Task An_approved_value_cannot_be_exchanged_for_another()
    {
        var permit = await ApprovedAsync(Get<RailwayCalls>().SetVariable(web, "GREETING", new Secret("hello"), deploy: false));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Railway.UpsertVariableAsync(permit, web, "GREETING", new Secret("goodbye"), deploy: false, Ending));

        Assert.Equal(0, World.Calls.Of(Systems.Railway));
    }
}
