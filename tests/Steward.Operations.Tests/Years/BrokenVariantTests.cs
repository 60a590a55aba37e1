using Microsoft.Extensions.DependencyInjection;
using Steward.Operations.Act;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Years;

/// <summary>The oracle is worth what it catches: each of these variants of Steward is wrong in one way, and it says so.</summary>
public sealed class BrokenVariantTests
{
    private const int Enough = 250;

    [Fact]
    public Task Believing_a_single_failed_check_without_another_look_undoes_good_deployments() => CaughtAsync(Oracle.GoodRolledBack, new YearsOptions(11, Enough)
    {
        Settings = new Dictionary<string, string?> { ["Operations:HealthFailures"] = "1" },
        Change = Put<RollBack>(services => ActivatorUtilities.CreateInstance<HastyRollBack>(services)),
    });

    [Fact]
    public Task Repeating_a_rollback_without_asking_whether_it_happened_does_it_twice() => CaughtAsync(Oracle.DoubleRollback, new YearsOptions(12, Enough)
    {
        Weather = 3,
        Change = Put<RollBack>(services => ActivatorUtilities.CreateInstance<HastyRollBack>(services)),
    });

    [Fact]
    public Task Going_back_to_what_was_gone_back_from_flaps() => CaughtAsync(Oracle.Flap, new YearsOptions(15, Enough)
    {
        Change = Put<RollBack>(services => ActivatorUtilities.CreateInstance<FickleRollBack>(services)),
    });

    [Fact]
    public Task Repeating_an_issue_without_asking_whether_it_was_opened_opens_two() => CaughtAsync(Oracle.DoubleIssue, new YearsOptions(13, Enough)
    {
        Weather = 3,
        Change = Put<OpenIssue>(services => new Careless(ActivatorUtilities.CreateInstance<OpenIssue>(services), services)),
    });

    [Fact]
    public Task Forgetting_a_rollback_leaves_a_bad_deployment_to_itself() => CaughtAsync(Oracle.Missed, new YearsOptions(14, Enough)
    {
        Change = Put<RollBack>(_ => new Forgetful()),
    });

    private static async Task CaughtAsync(string rule, YearsOptions options)
    {
        var report = await YearsRun.RunAsync(options with { StopAt = rule });
        TestContext.Current.TestOutputHelper!.WriteLine(report.ToString());
        Assert.Contains(report.Violations, violation => violation.Rule == rule);
    }

    private static Action<IServiceCollection> Put<TInPlaceOf>(Func<IServiceProvider, IWorkHandler> broken) => services =>
    {
        services.Remove(services.Single(service => service.ImplementationType == typeof(TInPlaceOf)));
        services.AddSingleton(broken);
    };

    /// <summary>Says that it did what it did not.</summary>
    private sealed class Forgetful : IWorkHandler
    {
        public string Kind => ActWork.RollBackKind;

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken) => Task.FromResult(WorkResult.Done("Rolled back."));
    }
}
