using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Governance.Stops;
using Steward.Platform.Settings;
using Steward.Platform.Work;

namespace Steward.Governance;

/// <summary>Introduces the gate and what stands around it.</summary>
public static class GovernanceModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "governance";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<GovernanceOptions>("Governance")];

    /// <summary>Lets clients in at the gate.</summary>
    public static void MapGovernance(this IEndpointRouteBuilder api)
    {
        api.MapApprovals();
        api.MapStop();
        api.MapAudit();
        api.MapElevations();
        api.MapPolicy();
    }

    /// <summary>Adds the gate.</summary>
    public static IServiceCollection AddGovernance(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<VerifyAudit>();
        services.AddSingleton<RefusedStrangers>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusedStrangers>());
        services.AddSingleton<PolicyFile>();
        services.AddSingleton<StopNews>();
        services.AddSingleton<KillSwitch>();
        services.AddSingleton<Gate>();
        services.AddSingleton<ApprovalNews>();
        services.AddSingleton<DirectCall>();
        services.AddSingleton<DecideApproval>();
        services.AddSingleton<ReadApprovals>();
        services.AddSingleton<GrantElevation>();
        services.AddHandler<ApprovalExpiry>();
        services.AddHandler<ElevationEnds>();
        return services;
    }

    // The same object answers as itself and as a handler of work.
    private static void AddHandler<T>(this IServiceCollection services)
        where T : class, IWorkHandler
    {
        services.AddSingleton<T>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<T>());
    }
}
