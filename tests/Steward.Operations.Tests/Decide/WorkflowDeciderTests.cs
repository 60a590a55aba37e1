using Steward.Connectors.N8n;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Tests.Decide;

public sealed class WorkflowDeciderTests
{
    private static readonly DateTimeOffset Noon = SituationBuilder.Noon;

    [Fact]
    public void A_row_of_failures_happened_when_the_newest_of_them_did() =>
        Assert.Equal(Noon, Assert.IsType<Verdict.Trouble>(Assert.Single(Decide(Failed(3, Noon), Failed(2, Noon.AddMinutes(-30)), Failed(1, Noon.AddHours(-1))))).Diagnosis.HappenedAt);

    private static IEnumerable<Verdict> Decide(params N8nExecution[] newestFirst) => WorkflowDecider.Decide(Noon,
        new WorkflowsPicture(new HashSet<WorkflowId> { newestFirst[0].WorkflowId }, [new WorkflowPicture(newestFirst[0].WorkflowId, "orders", newestFirst)]),
        new Dictionary<string, Finding>(), new WorkflowOptions());

    private static N8nExecution Failed(long id, DateTimeOffset at) => new(new ExecutionId(id), new WorkflowId("w1"), ExecutionStatus.Error, "webhook", at, at, null);
}
