using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Steward.Operations.Events;

/// <summary>Where providers report events. They have no key: each shows who it is in its own way.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        // Where a part of the path is a secret it is named so: then no log line shows it.
        Map<GitHubSource>(app, "/webhooks/github-webhook", "GitHubWebhook", "GitHub reports an event, signed in X-Hub-Signature-256");
        Map<RailwaySource>(app, "/webhooks/railway-webhook/{secret}", "RailwayWebhook", "Railway reports an event: Steward looks at once");
        Map<N8nSource>(app, "/webhooks/n8n/{secret}", "N8nWebhook", "A workflow of n8n reports an event: Steward looks at once");
    }

    private static void Map<TSource>(IEndpointRouteBuilder app, string path, string name, string summary)
        where TSource : WebhookSource =>
        app.MapPost(path, (HttpContext context, Inbox inbox, TSource source) => inbox.TakeAsync(context, source))
            .AllowAnonymous()
            .Produces<TakenEvent>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .WithTags("Events").WithName(name).WithSummary(summary);
}
