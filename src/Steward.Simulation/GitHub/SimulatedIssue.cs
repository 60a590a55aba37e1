namespace Steward.Simulation.GitHub;

/// <summary>An issue as it stood when it was asked for.</summary>
/// <param name="Number">Its number in the repository, from 1.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text; null when none was given.</param>
/// <param name="State">"open" or "closed".</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="Comments">The texts of its comments, oldest first.</param>
public sealed record SimulatedIssue(
    int Number, string Title, string? Body, string State, IReadOnlyList<string> Labels, IReadOnlyList<string> Comments);
