using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Settings;

namespace Steward.Sandboxing;

/// <summary>Introduces the sandbox.</summary>
public static class SandboxingModule
{
    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } = [SettingsSection.Of<SandboxOptions>(SandboxOptions.Section)];

    /// <summary>Adds the sandbox.</summary>
    public static IServiceCollection AddSandboxing(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddSingleton<Sandbox>();
        return services;
    }
}
