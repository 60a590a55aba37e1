using System.Reflection;
using Steward.Agents;
using Steward.Alerts;
using Steward.Connectors;
using Steward.Governance;
using Steward.Operations;
using Steward.Platform;
using Steward.Platform.Settings;
using Steward.Platform.Storage;
using Steward.Sandboxing;
using Steward.Server.Entry;

namespace Steward.Server.Startup;

/// <summary>The rooms of the house, in the order in which they lean on each other. A new room is introduced here and nowhere else.</summary>
internal static class Rooms
{
    /// <summary>Every setting there is.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } =
    [
        .. PlatformModule.Settings,
        .. GovernanceModule.Settings,
        .. ConnectorsModule.Settings,
        .. AlertsModule.Settings,
        .. OperationsModule.Settings,
        .. SandboxingModule.Settings,
        .. AgentsModule.Settings,
        SettingsSection.Of<ServerOptions>("Server"),
    ];

    /// <summary>Who brings tables.</summary>
    public static IReadOnlyList<(string Room, Assembly Assembly)> Migrations { get; } =
    [
        (PlatformModule.Room, typeof(PlatformModule).Assembly),
        (GovernanceModule.Room, typeof(GovernanceModule).Assembly),
        (ConnectorsModule.Room, typeof(ConnectorsModule).Assembly),
        (AlertsModule.Room, typeof(AlertsModule).Assembly),
        (OperationsModule.Room, typeof(OperationsModule).Assembly),
        (AgentsModule.Room, typeof(AgentsModule).Assembly),
        (EntryModule.Room, typeof(EntryModule).Assembly),
    ];

    /// <summary>Adds what the rooms can do.</summary>
    public static IServiceCollection AddRooms(this IServiceCollection services, Database database) => services
        .AddPlatform(database)
        .AddGovernance()
        .AddConnectors()
        .AddAlerts()
        .AddOperations()
        .AddSandboxing()
        .AddAgents()
        .AddEntry();

    /// <summary>Opens the rooms to clients, below <c>/api</c>.</summary>
    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        api.MapPlatform();
        api.MapGovernance();
        api.MapAlerts();
        api.MapConnectors();
        api.MapOperations();
        api.MapAgents();
        api.MapEntry();
    }
}
