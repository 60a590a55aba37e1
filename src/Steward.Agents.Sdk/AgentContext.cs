using System.Text.Json;
using Steward.Agents.Sdk.Tools;

namespace Steward.Agents.Sdk;

/// <summary>Everything that a run has.</summary>
public sealed class AgentContext
{
    /// <summary>Steward makes it; a test gets one from its bench.</summary>
    /// <param name="run">Which run this is.</param>
    /// <param name="settings">The values of the declared settings.</param>
    /// <param name="handoff">What the last run handed on.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="log">Where its words go.</param>
    /// <param name="tools">The way to the tools.</param>
    public AgentContext(RunInfo run, AgentSettings settings, JsonElement? handoff, TimeProvider clock, AgentLog log, ITools tools)
    {
        (Run, Settings, Handoff, Clock, Log, Tools) = (run, settings, handoff, clock, log, tools);
        (Http, Files, Notify, Memory, Model, Agents) = (new HttpTool(tools), new FilesTool(tools), new NotifyTool(tools), new MemoryTool(tools), new ModelTool(tools), new AgentsTool(tools));
        (GitHub, Railway, N8n, Browser) = (new GitHubTool(tools), new RailwayTool(tools), new N8nTool(tools), new BrowserTool(tools));
    }

    /// <summary>Which run this is, and why it runs.</summary>
    public RunInfo Run { get; }

    /// <summary>The values of the declared settings.</summary>
    public AgentSettings Settings { get; }

    /// <summary>What the last run handed on; null at the first. Read it with <see cref="Last{T}"/>.</summary>
    public JsonElement? Handoff { get; }

    /// <summary>What time it is. Wait on it too: <c>Task.Delay(span, context.Clock, cancellationToken)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The time now, in UTC.</summary>
    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Where to say what is going on. People can read it while the agent runs.</summary>
    public AgentLog Log { get; }

    /// <summary>Any tool by its name; the members below are for the usual ones.</summary>
    public ITools Tools { get; }

    /// <summary>Asks web servers; needs <c>"http"</c> with its hosts.</summary>
    public HttpTool Http { get; }

    /// <summary>A browser of the run's own, for pages that scripts make and forms; needs <c>"browser"</c> with its hosts.</summary>
    public BrowserTool Browser { get; }

    /// <summary>The agent's own folder; needs <c>"files"</c>.</summary>
    public FilesTool Files { get; }

    /// <summary>Tells people; needs <c>"notify"</c> with its channels.</summary>
    public NotifyTool Notify { get; }

    /// <summary>Small values that outlive the runs; needs <c>"memory"</c>.</summary>
    public MemoryTool Memory { get; }

    /// <summary>Asks a language model; needs <c>"model"</c>.</summary>
    public ModelTool Model { get; }

    /// <summary>Reads what other agents came to; needs <c>"agents"</c> with their names.</summary>
    public AgentsTool Agents { get; }

    /// <summary>Reads a repository on GitHub; needs <c>"github"</c>.</summary>
    public GitHubTool GitHub { get; }

    /// <summary>Reads services, deployments and usage on Railway; needs <c>"railway"</c>.</summary>
    public RailwayTool Railway { get; }

    /// <summary>Reads workflows and failed executions of n8n; needs <c>"n8n"</c>.</summary>
    public N8nTool N8n { get; }

    /// <summary>What the last run handed on as a value, or <c>default</c> at the first run and where it does not fit: where it is of another shape, or lacks a part that has no default.</summary>
    public T? Last<T>()
    {
        try
        {
            return Handoff is { } handoff ? handoff.Deserialize<T>(AgentJson.Whole) : default;
        }
        catch (JsonException)
        {
            Log.Warning("What the last run handed on does not fit any more and is left out.");
            return default;
        }
    }
}

/// <summary>Which run it is.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Id">The run's id.</param>
/// <param name="Number">How many runs the agent has had, this one counted.</param>
/// <param name="Attempt">Which attempt of this run, from 1.</param>
/// <param name="Trigger">Why it runs: <c>schedule</c>, <c>hand</c>, <c>webhook</c>, <c>agent</c> or <c>test</c>.</param>
/// <param name="Payload">What the webhook or the other agent gave with it, as text; otherwise null. It comes from outside: do not trust it.</param>
/// <param name="Summary">What the runs before came to, in a few lines: made by rule, and long texts in short by a model where one is set up, which is not to be trusted. Null at the first. With the handoff it has at most 10,000 characters.</param>
public sealed record RunInfo(string Agent, string Id, long Number, int Attempt, string Trigger, string? Payload = null, string? Summary = null);
