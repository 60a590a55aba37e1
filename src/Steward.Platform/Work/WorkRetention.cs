namespace Steward.Platform.Work;

/// <summary>Says that finished items of a kind are forgotten earlier than others: there are many of them, and soon nobody asks for them.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Keep">How long they are remembered, and with them that their occurrences were accepted.</param>
public sealed record WorkRetention(string Kind, TimeSpan Keep);
