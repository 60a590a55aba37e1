namespace Steward.Simulation.GitHub;

/// <summary>A job of a workflow run, as it is to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is.</param>
/// <param name="Log">Its log.</param>
/// <param name="FailedStep">The name of the step that decides how it ends; null for "Run tests".</param>
public sealed record SimulatedJob(string Name, RunState State, string Log = "", string? FailedStep = null);

/// <summary>A workflow run as it stood when it was asked for.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Workflow">The workflow's file, such as <c>ci.yml</c>.</param>
/// <param name="Branch">The branch that it ran for.</param>
/// <param name="Sha">The commit that it ran for.</param>
/// <param name="Event">What started it.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempt">1, and one more with every re-run.</param>
public sealed record SimulatedRun(long Id, string Workflow, string Branch, string Sha, string Event, RunState State, int Attempt);

/// <summary>A comment as it stood when it was asked for.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Body">Its text.</param>
/// <param name="IsEdited">True when its text was another once.</param>
public sealed record SimulatedComment(long Id, string Author, string Body, bool IsEdited);

/// <summary>A pull request as it stood when it was asked for.</summary>
/// <param name="Number">Its number, among issues and pull requests.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text; null when none was given.</param>
/// <param name="IsOpen">False once it is closed or merged.</param>
/// <param name="IsDraft">True while it is a draft.</param>
/// <param name="HeadBranch">Its branch.</param>
/// <param name="HeadSha">The newest commit there.</param>
/// <param name="BaseBranch">The branch that it is for.</param>
/// <param name="MergeSha">The commit that it became; null until it is merged.</param>
public sealed record SimulatedPullRequest(
    int Number, string Title, string? Body, bool IsOpen, bool IsDraft, string HeadBranch, string HeadSha, string BaseBranch, string? MergeSha);
