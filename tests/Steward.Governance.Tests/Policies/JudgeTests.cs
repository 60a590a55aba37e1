using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Governance.Policies;

namespace Steward.Governance.Tests.Policies;

public sealed class JudgeTests
{
    private static readonly Policy Default = PolicyReader.Read(PolicyReader.DefaultText).Value!;
    private static readonly GateFacts Quiet = new(null, null, 0, new HashSet<string>());

    // What may be done without a person.
    [Theory]
    [InlineData("railway.deployment.read", AutonomyLevel.Manual)]
    [InlineData("github.pull-request.read", AutonomyLevel.Manual)]
    [InlineData("tests.run", AutonomyLevel.Manual)]
    [InlineData("linters.run", AutonomyLevel.Manual)]
    [InlineData("alert.send", AutonomyLevel.Manual)]
    [InlineData("telegram.alert.send", AutonomyLevel.Manual)]
    [InlineData("github.issue.create", AutonomyLevel.Supervised)]
    [InlineData("github.issue.close", AutonomyLevel.Supervised)]
    [InlineData("github.comment.create", AutonomyLevel.Supervised)]
    [InlineData("github.branch.create", AutonomyLevel.Supervised)]
    [InlineData("github.branch.update", AutonomyLevel.Supervised)]
    [InlineData("github.pull-request.create", AutonomyLevel.Supervised)]
    [InlineData("n8n.execution.stop", AutonomyLevel.Supervised)]
    [InlineData("github.pull-request.update", AutonomyLevel.Supervised)]
    [InlineData("docs.update", AutonomyLevel.Supervised)]
    [InlineData("railway.deployment.rollback", AutonomyLevel.Autonomous)]
    public void Autonomous_from_a_level_on(string action, AutonomyLevel from)
    {
        foreach (var level in Enum.GetValues<AutonomyLevel>())
        {
            var verdict = Decide(action, policy: Default with { Autonomy = level }, facts: ["known-good", "feature-branch"]);
            Assert.Equal(level >= from ? typeof(Verdict.Allow) : typeof(Verdict.Approve), verdict.GetType());
        }
    }

    // A person's own wish is enough from 'supervised' on, wherever it goes back to; Steward's own needs 'autonomous' and what is known good.
    [Theory]
    [InlineData(true, true, AutonomyLevel.Supervised)]
    [InlineData(false, true, AutonomyLevel.Supervised)]
    [InlineData(true, false, AutonomyLevel.Autonomous)]
    [InlineData(false, false, null)]
    public void Going_back_is_allowed_from_a_level_on(bool isKnownGood, bool isAskedByAPerson, AutonomyLevel? from)
    {
        string[] facts = [.. isKnownGood ? ["known-good"] : Array.Empty<string>(), .. isAskedByAPerson ? ["asked-by-a-person"] : Array.Empty<string>()];
        foreach (var level in Enum.GetValues<AutonomyLevel>())
        {
            var verdict = Decide("railway.deployment.rollback", policy: Default with { Autonomy = level }, facts: facts);
            Assert.Equal(level >= from ? typeof(Verdict.Allow) : typeof(Verdict.Approve), verdict.GetType());
        }
    }

    // What is kept for people at every level.
    [Theory]
    [InlineData("github.pull-request.merge")]
    [InlineData("github.branch.create")]
    [InlineData("github.branch.update")]
    [InlineData("github.branch.delete")]
    [InlineData("railway.deployment.redeploy")]
    [InlineData("railway.deployment.create")]
    [InlineData("railway.deployment.rollback")]
    [InlineData("railway.variable.set")]
    [InlineData("github.workflow.update")]
    [InlineData("n8n.workflow.activate")]
    [InlineData("n8n.workflow.run")]
    [InlineData("n8n.execution.retry")]
    [InlineData("n8n.execution.delete")]
    [InlineData("iam.grant")]
    [InlineData("gcp.iam.grant")]
    [InlineData("secret.write")]
    [InlineData("secret.read")]
    [InlineData("gcp.secret.read")]
    [InlineData("dependency.update")]
    [InlineData("github.security-policy.update")]
    [InlineData("something.nobody.knows")]
    [InlineData("tests.run.twice")]
    [InlineData("xalert.send")]
    public void Needs_a_person(string action)
    {
        foreach (var level in Enum.GetValues<AutonomyLevel>())
        {
            Assert.IsType<Verdict.Approve>(Decide(action, policy: Default with { Autonomy = level }));
        }
    }

    // What nobody may do, whoever asks.
    [Theory]
    [InlineData("billing.update")]
    [InlineData("billing.read")]
    [InlineData("railway.billing.update")]
    [InlineData("payment.create")]
    [InlineData("stripe.payment.refund")]
    [InlineData("user-data.read")]
    [InlineData("app.user-data.export")]
    [InlineData("railway.volume.destroy")]
    [InlineData("railway.backup.destroy")]
    [InlineData("railway.database.destroy")]
    [InlineData("railway.environment.destroy")]
    [InlineData("railway.project.destroy")]
    [InlineData("railway.service.destroy")]
    [InlineData("Billing.read")]
    [InlineData("billing\n.read")]
    [InlineData("railway.deployment.rollback\n")]
    [InlineData("")]
    [InlineData(".read")]
    [InlineData("x..read")]
    public void Is_always_denied(string action)
    {
        Assert.IsType<Verdict.Deny>(Decide(action, facts: ["known-good"]));
        Assert.IsType<Verdict.Deny>(Decide(action, situation: Quiet with { Elevated = AutonomyLevel.Autonomous }));
        Assert.IsType<Verdict.Deny>(Decide(action, situation: Quiet with { Stop = "stopped" }));
    }

    [Theory]
    [InlineData(0.8, true)]
    [InlineData(1, true)]
    [InlineData(0.7999, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1.0001, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(double.NegativeInfinity, false)]
    public void Confidence_below_the_threshold_needs_a_person(double confidence, bool isEnough)
    {
        Assert.Equal(isEnough, Decide("docs.update", confidence: confidence) is Verdict.Allow);
        // Looking and telling do not depend on it.
        Assert.IsType<Verdict.Allow>(Decide("alert.send", confidence: confidence));
    }

    [Fact]
    public void The_twenty_first_action_of_an_hour_needs_a_person()
    {
        Assert.IsType<Verdict.Allow>(Decide("docs.update", situation: Quiet with { ActionsLastHour = 19 }));
        Assert.IsType<Verdict.Approve>(Decide("docs.update", situation: Quiet with { ActionsLastHour = 20 }));
        Assert.IsType<Verdict.Allow>(Decide("alert.send", situation: Quiet with { ActionsLastHour = 1000 }));
    }

    [Fact]
    public void The_fourth_service_of_an_hour_needs_a_person()
    {
        var three = Quiet with { ServicesLastHour = new HashSet<string> { "a", "b", "c" } };

        Assert.IsType<Verdict.Allow>(Decide("docs.update", service: "c", situation: three));
        Assert.IsType<Verdict.Approve>(Decide("docs.update", service: "d", situation: three));
        Assert.IsType<Verdict.Allow>(Decide("docs.update", service: null, situation: three));
        var four = Quiet with { ServicesLastHour = new HashSet<string> { "a", "b", "c", "d" } };
        Assert.IsType<Verdict.Allow>(Decide("docs.update", service: "d", situation: four));
    }

    [Fact]
    public void A_service_has_its_own_level()
    {
        var policy = Default with { Services = new Dictionary<string, AutonomyLevel> { ["bank"] = AutonomyLevel.Manual } };

        Assert.IsType<Verdict.Approve>(Decide("docs.update", service: "bank", policy: policy));
        Assert.IsType<Verdict.Allow>(Decide("docs.update", service: "shop", policy: policy));
    }

    [Fact]
    public void An_elevation_widens_and_never_narrows()
    {
        var manual = Default with { Autonomy = AutonomyLevel.Manual };

        Assert.IsType<Verdict.Allow>(Decide("docs.update", policy: manual, situation: Quiet with { Elevated = AutonomyLevel.Supervised }));
        Assert.IsType<Verdict.Approve>(Decide("railway.deployment.rollback", policy: manual, situation: Quiet with { Elevated = AutonomyLevel.Supervised }, facts: ["known-good"]));
        Assert.IsType<Verdict.Allow>(Decide("docs.update", situation: Quiet with { Elevated = AutonomyLevel.Manual }));
    }

    [Fact]
    public void A_stop_holds_back_what_is_allowed_and_what_needs_a_person()
    {
        var stopped = Quiet with { Stop = "because" };

        Assert.Equal(new Verdict.Hold("because"), Decide("docs.update", situation: stopped));
        Assert.IsType<Verdict.Hold>(Decide("iam.grant", situation: stopped));
        Assert.IsType<Verdict.Hold>(Decide("nobody.knows", situation: stopped));
    }

    private static Verdict Decide(string action, double confidence = 1, string? service = "web", Policy? policy = null, GateFacts? situation = null, string[]? facts = null) =>
        Judge.Decide(policy ?? Default, new CallRequest("key", new Actor("operations"), new Call(action, "target", new JsonObject(), service), "why", "c")
        {
            Confidence = confidence,
            Facts = (facts ?? []).ToHashSet(),
        }, situation ?? Quiet);
}
