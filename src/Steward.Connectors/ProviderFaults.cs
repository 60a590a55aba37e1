using Microsoft.AspNetCore.Http;
using Steward.Platform.Http;

namespace Steward.Connectors;

/// <summary>Answers 502 where a provider failed under a request: the mistake is neither the client's nor ours.</summary>
internal sealed class ProviderFaults : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ConnectorException e)
        {
            return TypedResults.Problem(Answers.Problem(StatusCodes.Status502BadGateway, "provider-failed", e.Message));
        }
    }
}
