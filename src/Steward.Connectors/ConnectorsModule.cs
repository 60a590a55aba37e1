using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.GitHub;
using Steward.Connectors.Mail;
using Steward.Connectors.Models;
using Steward.Connectors.N8n;
using Steward.Connectors.PagerDuty;
using Steward.Connectors.Railway;
using Steward.Connectors.Telegram;
using Steward.Connectors.Web;
using Steward.Platform;
using Steward.Platform.Http;
using Steward.Platform.Settings;
using Steward.Platform.Telemetry;

namespace Steward.Connectors;

/// <summary>Introduces the vendors. Each is there even when it is not set up; using it then fails with the name of the missing setting.</summary>
public static class ConnectorsModule
{
    // How many calls at once: from the mission's patterns of resilience.
    private const int RailwayConcurrency = 5;
    private const int GitHubConcurrency = 10;
    private const int N8nConcurrency = 3;

    // One of them waits for buttons that are pressed.
    private const int TelegramConcurrency = 4;
    private const int PagerDutyConcurrency = 3;
    private const int MailConcurrency = 2;

    // Two summaries beside two programs that are being written.
    private const int ModelConcurrency = 4;

    // The settings' own limits are within this one, and each question has its own.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(10.5);

    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "connectors";

    /// <summary>The settings of this room.</summary>
    public static IReadOnlyList<SettingsSection> Settings { get; } =
    [
        SettingsSection.Of<RailwayOptions>(RailwayOptions.Section),
        SettingsSection.Of<GitHubOptions>(GitHubOptions.Section),
        SettingsSection.Of<N8nOptions>(N8nOptions.Section),
        SettingsSection.Of<TelegramOptions>(TelegramOptions.Section),
        SettingsSection.Of<PagerDutyOptions>(PagerDutyOptions.Section),
        SettingsSection.Of<MailOptions>(MailOptions.Section),
        SettingsSection.Of<WebOptions>(WebOptions.Section),
        SettingsSection.Of<ModelOptions>(ModelOptions.Section),
    ];

    /// <summary>Adds the connectors.</summary>
    public static IServiceCollection AddConnectors(this IServiceCollection services)
    {
        services.AddSettings(Settings);
        services.AddVendor<RailwayOptions>(new ProviderLimits(RailwayClient.Vendor, RailwayConcurrency), options => [options.Token, .. options.Environments.Values.Select(environment => environment.Token)]);
        services.AddSingleton<HealthProbe>();
        services.AddSingleton<RailwayEnvironments>();
        // Whoever knows one environment alone means the default.
        services.AddSingleton(provider => provider.GetRequiredService<RailwayEnvironments>().Default);
        services.AddSingleton(provider => provider.GetRequiredService<RailwayEnvironments>().Default.Calls);
        services.AddVendor<GitHubOptions>(new ProviderLimits(GitHubIssues.Vendor, GitHubConcurrency), options => [options.Token, options.PrivateKey, options.WebhookSecret]);
        services.AddGitHub();
        services.AddVendor<N8nOptions>(new ProviderLimits(N8nAlerts.Vendor, N8nConcurrency), options => [options.ApiKey, options.AlertWebhook, options.WebhookKey]);
        services.AddSingleton<N8nCalls>();
        services.AddSingleton<N8nAlerts>();
        services.AddSingleton<WorkflowReader>();
        services.AddSingleton<N8nWorkflows>();
        services.AddSingleton<N8nExecutions>();
        services.AddSingleton<N8nRuns>();
        services.AddVendor<TelegramOptions>(new ProviderLimits(TelegramBot.Vendor, TelegramConcurrency), options => [options.Token]);
        services.AddSingleton<TelegramCalls>();
        services.AddSingleton<TelegramBot>();
        services.AddVendor<PagerDutyOptions>(new ProviderLimits(PagerDutyEvents.Vendor, PagerDutyConcurrency), options => [options.RoutingKey]);
        services.AddSingleton<PagerDutyCalls>();
        services.AddSingleton<PagerDutyEvents>();
        // A mail server takes its time: it looks the sender up and lets strangers wait.
        services.AddVendor<MailOptions>(new ProviderLimits(MailSender.Vendor, MailConcurrency) { AttemptTimeout = TimeSpan.FromSeconds(25), Timeout = TimeSpan.FromSeconds(60) }, options => options.Secrets);
        services.AddSingleton<MailCalls>();
        services.AddSingleton<WebCalls>();
        services.AddSingleton<Dialer>();
        services.AddSingleton<WebClient>();
        services.AddSingleton<MailSender>();
        // A model thinks while we wait.
        foreach (var vendor in new[] { ModelClient.Vendor, ModelClient.SecondVendor })
        {
            services.AddVendor<ModelOptions>(new ProviderLimits(vendor, ModelConcurrency) { AttemptTimeout = LongestAnswer, Timeout = LongestAnswer + TimeSpan.FromMinutes(1) }, options => [options.ApiKey, options.Second.ApiKey]);
        }

        services.AddSingleton<ModelPrices>();
        services.AddSingleton<ModelBudget>();
        services.AddSingleton<ShowModels>();
        services.AddSingleton<ModelCalls>();
        services.AddSingleton(provider => new ModelClient(
            new[] { ModelClient.Vendor, ModelClient.SecondVendor }.Select(vendor => (vendor, provider.GetRequiredKeyedService<ProviderHttp>(vendor))),
            provider.GetRequiredService<IOptions<ModelOptions>>(), provider.GetRequiredService<ModelCalls>(), provider.GetRequiredService<ModelBudget>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ModelClient>>()));
        services.AddSingleton<ImportWorkflows>();
        services.AddSingleton<ExamineN8n>();
        return services;
    }

    /// <summary>Lets clients ask how Steward stands with its vendors.</summary>
    public static void MapConnectors(this IEndpointRouteBuilder api)
    {
        // A line for each vendor.
        api.MapRailway();
        api.MapGitHub();
        api.MapN8n();
        api.MapModels();
    }

    // Settings are read and checked at start, and that is when the redactor learns what must never be seen.
    private static void AddVendor<TOptions>(
        this IServiceCollection services, ProviderLimits limits, Func<TOptions, IReadOnlyList<string>> secrets)
        where TOptions : class
    {
        services.AddOptions<TOptions>()
            .PostConfigure((TOptions options, Redactor redactor) =>
            {
                foreach (var secret in secrets(options))
                {
                    redactor.Know(secret);
                }
            });
        services.AddProvider(limits);
    }
}
