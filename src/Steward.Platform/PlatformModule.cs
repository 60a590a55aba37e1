using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Platform;

/// <summary>Introduces the mechanisms: storage, the work ledger, the calendar, redaction.</summary>
public static class PlatformModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "platform";

    /// <summary>Adds the platform around a store that is already open and migrated.</summary>
    public static IServiceCollection AddPlatform(this IServiceCollection services, Database database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Redactor>();
        services.AddOptions<StorageOptions>().BindConfiguration("Storage").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<WorkOptions>().BindConfiguration("Work").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(database);
        services.AddSingleton<WorkLedger>();
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<WorkRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkRunner>());
        services.AddHostedService<WorkRetention>();
        services.AddSingleton<Scheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        return services;
    }

    /// <summary>Adds the handler of one kind of work.</summary>
    public static IServiceCollection AddWorkHandler<THandler>(this IServiceCollection services)
        where THandler : class, IWorkHandler => services.AddSingleton<IWorkHandler, THandler>();
}
