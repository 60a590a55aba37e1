using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Alerts.Approvals;
using Steward.Alerts.Channels;
using Steward.Alerts.Deliveries;
using Steward.Alerts.Maintenance;
using Steward.Platform;
using Steward.Platform.Settings;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Alerts;

/// <summary>Introduces the outbox and its channels.</summary>
public static class AlertsModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "alerts";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<AlertsOptions>("Alerts")];

    /// <summary>Adds the outbox.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddSingleton<IChannel, TelegramChannel>();
        services.AddSingleton<IChannel, N8nChannel>();
        services.AddSingleton<IChannel, MailChannel>();
        services.AddSingleton<IChannel, PagerDutyChannel>();
        services.AddSingleton<ChannelList>();
        services.AddSingleton(provider => new Outbox(provider.GetRequiredService<WorkLedger>(), provider.GetRequiredService<Redactor>(), provider.GetRequiredService<ChannelList>(),
            provider.GetRequiredService<IOptions<AlertsOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Outbox>>()));
        services.AddWorkHandler<DeliverAlert>();
        services.AddSingleton<SetMaintenance>();
        services.AddSingleton<SendTestAlert>();
        services.AddWorkHandler<ShowApproval>();
        services.AddWorkHandler<TellStop>();
        services.AddSingleton<PressButton>();
        services.AddSingleton<ListenForButtons>();
        services.AddLoop<ButtonLoop>();
        services.AddLoop<DeadLetters>();
        return services;
    }

    /// <summary>Maps what is under <c>/api</c>.</summary>
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapAlertList();
        api.MapMaintenance();
    }

    // The same object answers as a handler of work and sees at start that its item is there.
    private static void AddLoop<T>(this IServiceCollection services)
        where T : class, IWorkHandler, IHostedService
    {
        services.AddSingleton<T>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<T>());
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
