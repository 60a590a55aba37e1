namespace Steward.Agents.Comparing;

/// <summary>What became of something that an agent declares.</summary>
internal enum ChangeKind
{
    /// <summary>It has it now.</summary>
    Gained,

    /// <summary>It has it no more.</summary>
    Lost,

    /// <summary>It has it in another way.</summary>
    Changed,
}

/// <summary>A difference between two declarations, in words.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="About">Of what: <c>tool</c>, <c>host</c>, <c>page</c>, <c>path</c>, <c>channel</c>, <c>agent</c>, <c>repository</c>, <c>schedule</c>, <c>after</c>, <c>setting</c>, <c>limit</c>, <c>purpose</c> or <c>language</c>.</param>
/// <param name="Text">In words, with the agent as the one who does it.</param>
internal sealed record DeclarationChange(ChangeKind Kind, string About, string Text);
