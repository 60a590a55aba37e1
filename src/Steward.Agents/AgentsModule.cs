using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Agents.Browsing;
using Steward.Agents.Catalogue;
using Steward.Agents.Comparing;
using Steward.Agents.Factory;
using Steward.Agents.Gallery;
using Steward.Agents.Hooks;
using Steward.Agents.Runs;
using Steward.Agents.Sharing;
using Steward.Agents.Tools;
using Steward.Agents.Workshop;
using Steward.Alerts;
using Steward.Connectors.Web;
using Steward.Governance.Calls;
using Steward.Platform;
using Steward.Platform.Settings;
using Steward.Platform.Work;

namespace Steward.Agents;

/// <summary>Introduces agents: who they are, how they are made, how they run.</summary>
public static class AgentsModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "agents";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<AgentsOptions>(AgentsOptions.Section)];

    /// <summary>Adds the agents.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddSingleton<Compilers>();
        services.AddSingleton<TestAgent>();
        services.AddSingleton<TryAgent>();
        services.AddSingleton<PrepareVersion>();
        services.AddSingleton<CreateAgent>();
        services.AddSingleton<ChangeAgent>();
        services.AddSingleton<TrySource>();
        services.AddSingleton<CompareVersions>();
        services.AddSingleton<Signers>();
        services.AddSingleton<ExportAgent>();
        services.AddSingleton<ImportAgent>();
        services.AddSingleton<ShowGallery>();
        services.AddSingleton<StartRun>();
        services.AddSingleton<CancelRun>();
        services.AddSingleton<BeginRun>();
        services.AddSingleton<EndRun>();
        services.AddSingleton<HookRates>();
        services.AddSingleton<HookToken>();
        services.AddSingleton<ParkedBoxes>();
        services.AddSingleton<CallRates>();
        services.AddSingleton<LargeMessages>();
        services.AddSingleton<AgentFolders>();
        services.AddSingleton<Browsers>();
        services.AddSingleton(provider => new ToolList(
        [
            .. provider.GetServices<ITool>(), .. FileTool.All(provider.GetRequiredService<AgentFolders>()),
            .. BrowserTool.All(provider.GetRequiredService<AgentFolders>(), provider.GetRequiredService<WebCalls>(), provider.GetRequiredService<DirectCall>()),
        ]));
        services.AddSingleton<ITool, HttpGet>();
        services.AddSingleton<ITool, HttpPost>();
        services.AddSingleton<ITool, MemoryGet>();
        services.AddSingleton<ITool, MemorySet>();
        services.AddSingleton<ITool, Notify>();
        services.AddSingleton<ITool, AgentsLast>();
        services.AddSingleton<ProviderReading>();
        services.AddSingleton<AgentRepositories>();
        services.AddSingleton<ITool, GitHubPullRequestList>();
        services.AddSingleton<ITool, GitHubIssueList>();
        services.AddSingleton<ITool, GitHubWorkflowRunList>();
        services.AddSingleton<ITool, RailwayServiceList>();
        services.AddSingleton<ITool, RailwayDeploymentList>();
        services.AddSingleton<ITool, RailwayUsageRead>();
        services.AddSingleton<ITool, N8nWorkflowList>();
        services.AddSingleton<ITool, N8nFailureList>();
        services.AddSingleton<ITool, ModelAsk>();
        services.AddSingleton<TryAgent>();
        services.AddFactory();
        services.AddSingleton<PutOnCalendar>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<PutOnCalendar>());
        services.AddWorkHandler<RunAgent>();
        services.AddSingleton<IDeadLetterWords, DeadRun>();
        services.AddHostedService<WakeHeldRuns>();
        services.AddSingleton<ForgetDeleted>();
        services.AddSingleton<ShortenSummary>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<ShortenSummary>());
        services.AddSingleton<ForgetRuns>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<ForgetRuns>());
        services.AddHostedService(provider => provider.GetRequiredService<ForgetRuns>());
        return services;
    }

    private static void AddFactory(this IServiceCollection services)
    {
        services.AddSingleton<StartBuild>();
        services.AddSingleton<ChangeBuild>();
        services.AddSingleton<BuildRounds>();
        services.AddSingleton<ReadAgent>();
        services.AddSingleton<AskModel>();
        services.AddSingleton<PermissionSummary>();
        services.AddSingleton<IBuildStep, UnderstandStep>();
        services.AddSingleton<IBuildStep, WriteStep>();
        services.AddSingleton<IBuildStep, CheckStep>();
        services.AddSingleton<IBuildStep, PublishStep>();
        services.AddWorkHandler<BuildLine>();
        services.AddWorkHandler<ProposeRepair>();
    }

    /// <summary>Maps what is under <c>/api</c>.</summary>
    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        api.MapCatalogue();
        api.MapComparing();
        api.MapSharing();
        api.MapGallery();
        api.MapRuns();
        api.MapHookTokens();
        api.MapBuilds();
    }

    /// <summary>Maps what is beside <c>/api</c>: where strangers with a token start agents.</summary>
    public static void MapAgentHooks(this IEndpointRouteBuilder app) => app.MapHooks();
}
