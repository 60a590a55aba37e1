using Steward.Simulation;

namespace Steward.Server.Demo;

/// <summary>One story that the demonstration can tell.</summary>
internal abstract class Play
{
    /// <summary>All of them; the first is told when none is named.</summary>
    public static IReadOnlyList<Play> All { get; } = [new RecoveryPlay(), new DeployPlay(), new CiFailurePlay(), new CrashPlay(), new PromptInjectionPlay(), new AgentsPlay(), new CreatePlay()];

    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is to be seen, in one sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>What is set beside the stage's own settings, as environment variables.</summary>
    public virtual IEnumerable<(string Name, string Value)> Settings(World world) => [];

    /// <summary>The policy file, made of the default one.</summary>
    /// <param name="text">The default policy.</param>
    /// <param name="approve">True when a person at the terminal wants to be asked.</param>
    public virtual string Policy(string text, bool approve) =>
        approve ? text.Replace("services: {}", $"services:\n  {DemoStage.Service}: supervised", StringComparison.Ordinal) : text;

    /// <summary>Plays it. True when it ended as it should.</summary>
    public abstract Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken);
}
