using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Steward.Operations.Observe;

/// <summary>
/// Railway's events. They are not signed, so the path is a secret and what they say is not believed: an event, whatever
/// it claims, only makes the loop look at the provider at once. Duplicates and late ones are harmless for that reason.
/// </summary>
internal static class RailwayWebhookEndpoint
{
    public static void MapRailwayWebhook(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/railway-webhook/{secret}", async (string secret, WatchLoop loop, IOptions<OperationsOptions> options, CancellationToken cancellationToken) =>
            {
                var expected = options.Value.RailwayWebhookSecret;
                if (expected.Length == 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(expected)))
                {
                    return Results.Problem(statusCode: StatusCodes.Status404NotFound);
                }

                await loop.LookNowAsync(cancellationToken);
                return Results.Accepted();
            })
            .AllowAnonymous()
            .Produces(StatusCodes.Status202Accepted)
            .WithTags("Events").WithName("RailwayWebhook").WithSummary("Railway reports an event: Steward looks at once");
}
