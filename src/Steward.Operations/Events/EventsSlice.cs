using Microsoft.Extensions.DependencyInjection;
using Steward.Connectors.GitHub;
using Steward.Platform;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>Introduces the inbox and what follows from events.</summary>
internal static class EventsSlice
{
    public static void AddEvents(this IServiceCollection services)
    {
        services.AddOptions<OperationsOptions>().PostConfigure((OperationsOptions options, Redactor redactor) =>
        {
            redactor.Know(options.RailwayWebhookSecret);
            redactor.Know(options.N8nWebhookSecret);
        });
        services.AddOptions<GitHubOptions>().PostConfigure((GitHubOptions options, Redactor redactor) => redactor.Know(options.WebhookSecret));
        services.AddSingleton<BodyReader>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<GitHubSource>();
        services.AddSingleton<RailwaySource>();
        services.AddSingleton<N8nSource>();
        services.AddSingleton<EventWakes>();
        services.AddWorkHandler<EventWork>();
        services.AddSingleton(new WorkRetention(EventWork.WorkKind, EventWork.Keep));
        services.AddWorkHandler<CommandWork>();
        services.AddWorkHandler<AnswerWork>();
        services.AddSingleton<CommandActions>();
        services.AddSingleton<CommandStatus>();
        services.AddSingleton<CommandDeploys>();
    }
}
