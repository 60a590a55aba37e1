using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Steward.Platform.Http;
using Steward.Platform.Scheduling;
using Steward.Platform.Settings;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Platform;

/// <summary>Introduces the mechanisms: storage, the work ledger, the calendar, redaction.</summary>
public static class PlatformModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "platform";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<StorageOptions>("Storage"), SettingsSection.Of<WorkOptions>("Work")];

    /// <summary>Lets clients in at the work ledger.</summary>
    public static void MapPlatform(this IEndpointRouteBuilder api) => api.MapWork();

    /// <summary>Adds the platform around a store that is already open and migrated.</summary>
    public static IServiceCollection AddPlatform(this IServiceCollection services, Database database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<Redactor>();
        services.AddSettings(Settings);
        services.AddSingleton(database);
        services.AddSingleton<WorkLedger>();
        services.AddSingleton<ChangeWork>();
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<WorkRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkRunner>());
        services.AddSingleton<Scheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        services.AddSingleton<PurgeWork>();
        services.AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<PurgeWork>());
        services.AddHostedService(provider => provider.GetRequiredService<PurgeWork>());
        return services;
    }

    /// <summary>Adds the handler of one kind of work.</summary>
    public static IServiceCollection AddWorkHandler<THandler>(this IServiceCollection services)
        where THandler : class, IWorkHandler => services.AddSingleton<IWorkHandler, THandler>();

    /// <summary>
    /// Adds what speaks with one provider: a <see cref="ProviderPipeline"/> and a <see cref="ProviderHttp"/> under the
    /// vendor's name as key, and the pipeline among all pipelines, for whoever shows how they are.
    /// </summary>
    public static IServiceCollection AddProvider(this IServiceCollection services, ProviderLimits limits)
    {
        services.AddKeyedSingleton(limits.Vendor, (provider, _) => new ProviderPipeline(
            limits, provider.GetRequiredService<RetryBudget>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(), provider.GetRequiredService<ILogger<ProviderPipeline>>()));
        services.AddKeyedSingleton(limits.Vendor, (provider, _) => new ProviderHttp(
            provider.GetRequiredKeyedService<ProviderPipeline>(limits.Vendor), provider.GetRequiredService<Redactor>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<HttpMessageHandler>()));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<ProviderPipeline>(limits.Vendor));
        return services;
    }
}
