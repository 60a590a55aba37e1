using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Operations.Act;
using Steward.Operations.Causes;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Operations.Events;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform;
using Steward.Platform.Settings;
using Steward.Platform.Work;

namespace Steward.Operations;

/// <summary>Introduces the loop and what it watches.</summary>
public static class OperationsModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "operations";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<OperationsOptions>("Operations")];

    /// <summary>Adds the loop.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddEvents();
        services.AddSingleton<Repositories>();
        services.AddSingleton<Cadence>();
        services.AddSingleton<ServiceSource>();
        services.AddSingleton<RepositorySource>();
        services.AddSingleton<LoadSource>();
        services.AddSingleton<WorkflowSource>();
        services.AddSingleton(Observer);
        services.AddSingleton<Cases>();
        services.AddSingleton<CauseFinder>();
        services.AddSingleton<CauseSummary>();
        services.AddSingleton<Cycle>();
        services.AddSingleton<WatchLoop>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<WatchLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<WatchLoop>());
        services.AddSingleton<SetWatched>();
        services.AddSingleton<CloseFinding>();
        services.AddSingleton<StartDeploy>();
        services.AddSingleton<CancelDeploy>();
        services.AddSingleton<Soundness>();
        services.AddSingleton<Predecessor>();
        services.AddSingleton<TakeOver>();
        services.AddSingleton<Settling>();
        services.AddSingleton<FindingIssues>();
        services.AddSingleton<ReopenIssue>();
        services.AddSingleton<FindingLinks>();
        services.AddSingleton<IDeployStep, CheckStep>();
        services.AddSingleton<IDeployStep, MergeStep>();
        services.AddSingleton<IDeployStep, TriggerStep>();
        services.AddSingleton<IDeployStep, FollowStep>();
        services.AddSingleton<IDeployStep, VerifyStep>();
        services.AddSingleton<IDeployStep, WatchStep>();
        services.AddSingleton<IDeployStep, UndoStep>();
        services.AddWorkHandler<DeploySaga>();
        services.AddWorkHandler<ReportDeploy>();
        services.AddWorkHandler<RollBack>();
        services.AddWorkHandler<VerifyRollback>();
        services.AddWorkHandler<Restart>();
        services.AddWorkHandler<VerifyRestart>();
        services.AddWorkHandler<OpenIssue>();
        services.AddWorkHandler<IssueNews>();
        services.AddWorkHandler<CloseIssue>();
        services.AddWorkHandler<TellPeople>();
        services.AddWorkHandler<MendRun>();
        services.AddWorkHandler<MergePullRequest>();
        return services;
    }

    // Its sources are this room's own, so its constructor is, too.
    private static Observer Observer(IServiceProvider provider) => new(
        provider.GetRequiredService<RailwayEnvironments>(), provider.GetRequiredService<ServiceSource>(), provider.GetRequiredService<RepositorySource>(),
        provider.GetRequiredService<LoadSource>(), provider.GetRequiredService<WorkflowSource>(), provider.GetRequiredService<Cadence>(), provider.GetRequiredService<HealthProbe>(), provider.GetRequiredService<IOptions<OperationsOptions>>(),
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Observer>>());

    /// <summary>Maps what is under <c>/api</c>.</summary>
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        api.MapServices();
        api.MapDeploys();
        api.MapDeployments();
        api.MapFindings();
    }

    /// <summary>Maps what providers call, under the root.</summary>
    public static void MapOperationsEvents(this IEndpointRouteBuilder app) => app.MapWebhooks();
}
