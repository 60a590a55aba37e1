using Steward.Testing;

namespace Steward.Governance.Tests.Approvals;

public sealed class ApprovalPropertyTestsOnSqlite() : ApprovalPropertyTests(StoreKind.Sqlite);

public sealed class ApprovalPropertyTestsOnPostgres() : ApprovalPropertyTests(StoreKind.Postgres);

/// <summary>
/// What a person approved runs once, exactly as approved, or not at all: many ways to cheat or to fail, each tried with
/// many random calls. A failure names its seed.
/// </summary>
public abstract partial class ApprovalPropertyTests(StoreKind kind) : GovernanceTest(kind)
{
    private int policies;

    private async Task ForManyAsync(Func<ApprovalCase, Task> check, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var other = await AnotherNodeAsync();
        var seeds = LongForm.Or(Kind == StoreKind.Sqlite ? 20 : 8, 200);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var one = new ApprovalCase(seed, name, Node, other);
            try
            {
                await check(one);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"It fails with seed {seed}: {e.Message}", e);
            }

            // The next case starts with an empty hour.
            Clock.Advance(TimeSpan.FromHours(2));
        }

        Assert.Null((await Node.VerifyAsync()).Fault);
    }

    private Task ChangePolicyAsync() => EditPolicyAsync(text => $"{text}\n# change {++policies}\n");
}
