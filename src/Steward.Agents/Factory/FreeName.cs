using Steward.Agents.Catalogue;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>Names for agents that do not have one yet.</summary>
internal static class FreeName
{
    /// <summary>The name itself when no agent has it and one may, otherwise the first of <c>name-2</c>, <c>name-3</c> and so on that none has.</summary>
    public static async Task<string> LikeAsync(Session session, string name)
    {
        for (var (number, free) = (2, name); ; number++)
        {
            if (!CreateAgent.IsKeptBack(free) && await AgentStore.FindAsync(session, free) is null)
            {
                return free;
            }

            var ending = $"-{number}";
            free = name[..Math.Min(name.Length, Blueprints.LongestName - ending.Length)] + ending;
        }
    }
}
