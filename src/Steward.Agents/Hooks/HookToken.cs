using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Steward.Agents.Catalogue;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Hooks;

/// <summary>An agent's webhook, at the only moment at which its token can be shown.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Path">Where to send, below the server's address: <c>POST</c>, with text as the body.</param>
public sealed record ShownHook(string Agent, string Path);

/// <summary>Gives an agent's webhook a token, another one, or none. Only its hash is kept. Audited.</summary>
internal sealed class HookToken(Database database, AuditLog audit)
{
    private const int Bytes = 32;
    private const int Longest = 100;

    /// <summary>Makes a token; one that there was is good no more.</summary>
    public async Task<Outcome<ShownHook>> MakeAsync(string agent, Actor by, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var set = await SetAsync(agent, HashOf(token), "agent.hook-made", by, cancellationToken);
        return set.IsRefused ? set.Refusal : new ShownHook(set.Value.Name, $"/hooks/{set.Value.Name}/{token}");
    }

    /// <summary>Takes the webhook away.</summary>
    public Task<Outcome<Agent>> RemoveAsync(string agent, Actor by, CancellationToken cancellationToken) => SetAsync(agent, null, "agent.hook-removed", by, cancellationToken);

    /// <summary>The agent that a token is for; null when it is not for this one, or there is none. How long it takes tells nothing about either.</summary>
    public async Task<Agent?> FindAsync(string name, string token, CancellationToken cancellationToken)
    {
        var shown = Encoding.ASCII.GetBytes(HashOf(token.Length <= Longest ? token : ""));
        var (agent, hash) = await database.ReadAsync(async session =>
        {
            var agent = await ChangeAgent.FindAsync(session, name);
            return (agent, await AgentStore.HookAsync(session, agent?.Id ?? Guid.Empty));
        }, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(hash ?? HashOf(""))) && hash is not null ? agent : null;
    }

    private static string HashOf(string token) => TextHash.Of(token);

    private Task<Outcome<Agent>> SetAsync(string name, string? hash, string kind, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Agent>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await ChangeAgent.FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        await AgentStore.SetHookAsync(session, agent.Id, hash);
        await audit.AppendAsync(session, CreateAgent.Audited(kind, agent, by, ""));
        return agent;
    }, cancellationToken);
}
