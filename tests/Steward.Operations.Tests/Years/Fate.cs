using Steward.Simulation.Railway;

namespace Steward.Operations.Tests.Years;

/// <summary>What becomes of a pushed commit.</summary>
internal enum Fate
{
    /// <summary>It serves well until it is replaced.</summary>
    Good,

    /// <summary>It serves well, after answering its first health checks with errors for a few seconds.</summary>
    SlowStart,

    /// <summary>Its build fails.</summary>
    FailsInBuild,

    /// <summary>It takes over and dies.</summary>
    CrashesAtOnce,

    /// <summary>It takes over and answers with errors.</summary>
    ServesErrors,

    /// <summary>It dies after it has served for long; started once more, it serves.</summary>
    CrashesLate,

    /// <summary>It dies after it has served for long, and again when it is started once more.</summary>
    DiesLate,

    /// <summary>It begins to answer with errors after it has served for long.</summary>
    ErrsLate,

    /// <summary>Its build never ends.</summary>
    NeverFinishes,
}

/// <summary>The mix of fates.</summary>
internal static class Fates
{
    private static readonly (Fate Fate, double Share)[] Mix =
    [
        (Fate.Good, 0.47), (Fate.SlowStart, 0.09), (Fate.FailsInBuild, 0.08), (Fate.CrashesAtOnce, 0.13), (Fate.ServesErrors, 0.09),
        (Fate.CrashesLate, 0.04), (Fate.DiesLate, 0.04), (Fate.ErrsLate, 0.03), (Fate.NeverFinishes, 0.03),
    ];

    /// <summary>True for a commit that takes hours to show what is wrong with it.</summary>
    public static bool IsLate(this Fate fate) => fate is Fate.CrashesLate or Fate.DiesLate or Fate.ErrsLate;

    /// <summary>The fate that a number from 0 up to 1 stands for.</summary>
    public static Fate Pick(double draw)
    {
        foreach (var (fate, share) in Mix)
        {
            if ((draw -= share) < 0)
            {
                return fate;
            }
        }

        return Fate.Good;
    }

    /// <summary>The fate in the words of the simulation, as it is until something late happens.</summary>
    public static DeploymentFate AtFirst(this Fate fate) => fate switch
    {
        Fate.FailsInBuild => DeploymentFate.FailsInBuild,
        Fate.CrashesAtOnce => DeploymentFate.CrashesAfterStart,
        Fate.ServesErrors => DeploymentFate.ServesErrors,
        Fate.NeverFinishes => DeploymentFate.NeverFinishes,
        _ => DeploymentFate.Good,
    };
}
