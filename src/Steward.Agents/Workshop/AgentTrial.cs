namespace Steward.Agents.Workshop;

/// <summary>What an agent did when the world was not as it should be, and what it would have sent.</summary>
/// <param name="Situations">How it stood each situation.</param>
/// <param name="Rehearsal">The runs that were rehearsed, in order.</param>
public sealed record AgentTrial(IReadOnlyList<TrialOutcome> Situations, IReadOnlyList<RehearsedRun> Rehearsal);

/// <summary>How an agent stood a situation.</summary>
/// <param name="Situation">What was done to it.</param>
/// <param name="Passed">Whether it stood it.</param>
/// <param name="Fault">What it did that it should not have done, and what it should do.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record TrialOutcome(string Situation, bool Passed, string? Fault, double Milliseconds);

/// <summary>A run against samples of what the tools answer. Nothing of it left the box.</summary>
/// <param name="Number">Which run, from 1.</param>
/// <param name="IsSuccess">Whether it succeeded.</param>
/// <param name="Text">What it said, or why it failed.</param>
/// <param name="Sent">What it would have sent, a line each: messages, POSTs, clicks, fields filled in, questions to a model.</param>
public sealed record RehearsedRun(int Number, bool IsSuccess, string Text, IReadOnlyList<string> Sent);
