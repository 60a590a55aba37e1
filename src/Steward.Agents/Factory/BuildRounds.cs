using System.Globalization;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>The versions that a build has had.</summary>
internal sealed class BuildRounds(Database database)
{
    private const int MostShown = 5;

    /// <summary>All of them, oldest first.</summary>
    public Task<IReadOnlyList<BuildRound>> AllAsync(Build build, CancellationToken cancellationToken) => database.ReadAsync(session => BuildStore.RoundsAsync(session, build.Id), cancellationToken);

    /// <summary>The one that came furthest, with the fewest findings; of equals the newest. Null when none was checked.</summary>
    public static BuildRound? Best(IEnumerable<BuildRound> rounds) =>
        rounds.Where(round => round.Findings is not null).OrderByDescending(round => round.Stage).ThenBy(round => round.Findings!.Count).ThenByDescending(round => round.Round).FirstOrDefault();

    /// <summary>Why it ends here, with the best version that there was and what is wrong with that one.</summary>
    public static string GiveUp(IEnumerable<BuildRound> rounds, string why)
    {
        return Best(rounds) is not { } best ? why : string.Create(CultureInfo.InvariantCulture,
            $"{why} The best version is that of round {best.Round}; wrong with it: {string.Join("; ", best.Findings!.Take(MostShown).Select(Prompt.Written))}");
    }
}
