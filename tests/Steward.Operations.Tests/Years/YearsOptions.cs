using Microsoft.Extensions.DependencyInjection;

namespace Steward.Operations.Tests.Years;

/// <summary>What a run is made of.</summary>
internal sealed record YearsOptions(ulong Seed, int Deployments)
{
    /// <summary>How many services people work on.</summary>
    public int Services { get; init; } = 5;

    /// <summary>The share of health checks of a good service that fail all the same.</summary>
    public double Noise { get; init; } = 0.05;

    /// <summary>1 for the weather as it is described there, 0 for none.</summary>
    public double Weather { get; init; } = 1;

    /// <summary>How often the process dies at a moment that nothing chose, an hour; 0 for never.</summary>
    public double Deaths { get; init; } = 0.25;

    /// <summary>True for the limits of the default policy, with people who approve and lift; false for limits that hold nothing back.</summary>
    public bool DefaultLimits { get; init; }

    /// <summary>True to look at loads, workflows and pull requests, too; they say nothing here, and take as long as all the rest.</summary>
    public bool AllSources { get; init; }

    /// <summary>Puts other parts into the node, such as broken ones.</summary>
    public Action<IServiceCollection>? Change { get; init; }

    /// <summary>Settings that differ.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The rule at whose first violation the run stops; null to go on to the end.</summary>
    public string? StopAt { get; init; }
}
