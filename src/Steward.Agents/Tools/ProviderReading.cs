using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Tools;

/// <summary>
/// Asks providers for agents. Reading takes no permit, whoever reads: it is held by the declaration, counted for agent and
/// run, and what comes back is cut and without what looks like a secret.
/// </summary>
internal sealed class ProviderReading(Redactor redactor, CallRates rates)
{
    private const int LongestWords = 300;

    /// <summary>The answer as the kit reads lists.</summary>
    public async Task<JsonNode> ListAsync<T>(string provider, Func<Task<IReadOnlyList<T>>> ask) => new JsonObject { ["items"] = await AskAsync(provider, ask) };

    /// <summary>The answer of a provider.</summary>
    /// <exception cref="ToolFaultException">The provider failed, or was asked too often.</exception>
    public async Task<JsonNode> AskAsync<T>(string provider, Func<Task<T>> ask)
    {
        if (!rates.TakeReading(provider))
        {
            throw new ToolFaultException("too-many", $"All agents together have asked {provider} too often in this hour: see Agents:ReadingsPerHour.");
        }

        try
        {
            return JsonSerializer.SerializeToNode(await ask(), Json.Options)!;
        }
        catch (ConnectorException e)
        {
            throw new ToolFaultException(e.Status == HttpStatusCode.NotFound ? "not-found" : e.IsTransient ? "unreachable" : "failed", e.Message);
        }
    }

    /// <summary>Words that others wrote, fit to be handed on.</summary>
    public string Words(string text) => redactor.Redact(text).Cut(LongestWords, " ...");

    /// <summary>The same where there may be none.</summary>
    public string? WordsOrNull(string? text) => text is null ? null : Words(text);
}
