using Steward.Agents.Tools;
using Steward.Platform.Storage;

namespace Steward.Agents.Catalogue;

/// <summary>Forgets what agents that are deleted have left all the same, as one does whose server died in that moment.</summary>
internal sealed class ForgetDeleted(Database database, AgentFolders folders, CallRates rates)
{
    private const int Together = 500;

    /// <summary>One of them.</summary>
    public async Task HandleAsync(Session session, Guid agentId)
    {
        rates.Forget(agentId);
        folders.Delete(agentId);
        await AgentStore.DeleteAsync(session, agentId);
    }

    /// <summary>All that have a folder on this node.</summary>
    public async Task FoldersAsync(CancellationToken cancellationToken)
    {
        foreach (var some in folders.All().Chunk(Together))
        {
            var known = await database.ReadAsync(session => AgentStore.KnownAsync(session, some), cancellationToken);
            foreach (var gone in some.Where(id => !known.Contains(id)))
            {
                folders.Delete(gone);
            }
        }
    }

    /// <summary>All that have something in the store.</summary>
    public async Task RowsAsync(CancellationToken cancellationToken)
    {
        foreach (var gone in await database.ReadAsync(AgentStore.LeftAsync, cancellationToken))
        {
            await database.WriteAsync(session => AgentStore.DeleteAsync(session, gone), cancellationToken);
        }
    }
}
