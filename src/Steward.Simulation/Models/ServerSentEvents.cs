using System.Text;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Models;

/// <summary>Answers that come in pieces, as server-sent events.</summary>
internal static class ServerSentEvents
{
    /// <summary>Anthropic's: every event has its name, which is also its type.</summary>
    public static Reply Named(IEnumerable<JsonObject> events) =>
        Stream(string.Concat(events.Select(one => $"event: {(string)one["type"]!}\ndata: {one.ToJsonString()}\n\n")));

    /// <summary>OpenAI's: events without names, and a word at the end.</summary>
    public static Reply Plain(IEnumerable<JsonObject> events) =>
        Stream(string.Concat(events.Select(one => $"data: {one.ToJsonString()}\n\n")) + "data: [DONE]\n\n");

    private static Reply Stream(string text) => new(200, Encoding.UTF8.GetBytes(text), "text/event-stream; charset=utf-8");
}
