using System.ComponentModel.DataAnnotations;

namespace Steward.Sandboxing;

/// <summary>How programs are held that nobody trusts. Section <c>Sandbox</c>.</summary>
public sealed class SandboxOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sandbox";

    /// <summary>
    /// Whether such programs may run where this machine has nothing to hold them. They then can do all that the server's user
    /// can, and every run says so.
    /// </summary>
    public bool AllowUnconfined { get; set; }

    /// <summary>
    /// How such programs are to be held: <c>namespaces</c> or <c>landlock</c>, and not at all where the machine has not got that.
    /// Nothing takes the strongest that there is; name one where a machine must not go over to a weaker one unnoticed.
    /// </summary>
    [AllowedValues(null, SandboxClass.Namespaces, SandboxClass.Landlock)]
    public SandboxClass? Class { get; set; }

    /// <summary>The first of <see cref="Users"/> user ids that boxes run as where the server is root, 10 000 to 2 000 000 000. Nobody else on the machine should have them.</summary>
    [Range(10_000, 2_000_000_000)]
    public int FirstUser { get; set; } = 1_900_000_000;

    /// <summary>How many user ids there are for boxes, and so how many boxes at once, 8 to 10 000.</summary>
    [Range(8, 10_000)]
    public int Users { get; set; } = 512;
}
