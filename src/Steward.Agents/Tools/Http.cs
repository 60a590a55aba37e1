using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Connectors.Web;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Agents.Tools;

/// <summary>Gets an address on a declared host.</summary>
internal sealed class HttpGet(WebClient web) : ITool
{
    public string Name => "http_get";

    public string Grant => "http";

    public string About => "Gets an address: { url } gives { status, body, contentType, milliseconds, certificateEnds }.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.SerializeToNode(await web.GetAsync(Url(call), host => MayReach(call.Caller, host), call.Bodies, cancellationToken), Json.Options)!;
        }
        catch (WebFaultException e)
        {
            throw new ToolFaultException(e.Code, e.Message);
        }
    }

    internal static Uri Url(ToolCall call) =>
        Uri.TryCreate(call.Text("url"), UriKind.Absolute, out var url) ? url : throw new ToolFaultException("invalid", "'url' is not an address.");

    // A host that a setting names was given by the agent's owner.
    internal static bool MayReach(ToolCaller caller, string host) => MayReach(caller, caller.Declaration.Tools.Hosts, host);

    internal static bool MayReach(ToolCaller caller, IReadOnlyList<string> hosts, string host) => hosts.Any(declared =>
        declared == host || (declared.StartsWith('{') && caller.Meant(declared).Any(address => Uri.TryCreate(address, UriKind.Absolute, out var url) && string.Equals(url.IdnHost, host, StringComparison.OrdinalIgnoreCase))));
}

/// <summary>Sends something to an address on a declared host, through the gate.</summary>
internal sealed class HttpPost(WebClient web, WebCalls calls, DirectCall direct) : ITool
{
    private const int LongestBody = 1 << 20;

    public string Name => "http_post";

    public string Grant => "http";

    public string About => "Sends something to an address: { url, body, contentType } gives what http_get gives. The policy decides.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var post = new WebPost(HttpGet.Url(call), call.Text("body", LongestBody), call.Text("contentType", 200));
        var (exact, occasions) = (calls.Post(post), call.Caller.Occasions);
        using var turn = await occasions.TurnAsync(exact, cancellationToken);
        WebAnswer? answer = null;
        try
        {
            var outcome = await direct.RunAsync(call.Caller.Agent.Actor, exact, $"The agent {call.Caller.Agent.Name} sends it.", call.Caller.CorrelationId,
                async (permit, sending) =>
                {
                    answer = await web.PostAsync(permit, post, host => HttpGet.MayReach(call.Caller, host), call.Bodies, sending);
                    return null;
                },
                (_, _) => Task.FromResult<bool?>(null), cancellationToken, occasions.Of(exact));
            if (outcome is not DirectOutcome.Done done)
            {
                throw ToolFaultException.Of(outcome);
            }

            occasions.Done(exact);
            return JsonSerializer.SerializeToNode(answer ?? WebClient.Remembered(done.Detail) ?? throw ToolFaultException.Of(outcome), Json.Options)!;
        }
        catch (WebFaultException e)
        {
            throw new ToolFaultException(e.Code, e.Message);
        }
    }
}
