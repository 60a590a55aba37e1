namespace Steward.Agents.Sdk;

/// <summary>
/// A small program that Steward runs on time, for years. Derive from it once in a file, write a
/// <see cref="DeclarationAttribute"/> above the class, and do the work in <see cref="RunAsync"/>. Every run has a fresh
/// process and a fresh object: what is to be remembered goes into the <see cref="AgentContext.Handoff"/> or into
/// <see cref="AgentContext.Memory"/>. There is no network, no environment and no disk; everything is reached through the
/// tools that the declaration names.
/// </summary>
/// <example>
/// <code>
/// [Declaration("""
///     {
///       "purpose": "Says good morning.",
///       "schedule": { "cron": "0 8 * * *", "zone": "Europe/Berlin" },
///       "settings": { "name": { "type": "text", "about": "Whom to greet", "default": "world" } },
///       "tools": { "notify": { "channels": ["telegram"] } }
///     }
///     """)]
/// public sealed class GoodMorning : Agent
/// {
///     public override async Task&lt;AgentResult&gt; RunAsync(AgentContext context, CancellationToken cancellationToken)
///     {
///         await context.Notify.SendAsync($"Good morning, {context.Settings.Text("name")}!", cancellationToken);
///         return AgentResult.Success("greeted");
///     }
/// }
/// </code>
/// </example>
public abstract class Agent
{
    /// <summary>Does the work once. An exception counts as a failure with its message as the reason; the run is then tried again after 2, 4 and 8 seconds.</summary>
    /// <param name="context">Everything that the run has.</param>
    /// <param name="cancellationToken">Cancelled when the run is called off or its time is nearly up: stop soon, or be killed.</param>
    /// <returns>How it went.</returns>
    public abstract Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken);
}
