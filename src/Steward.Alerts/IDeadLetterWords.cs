using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Alerts;

/// <summary>Tells of a kind of work that died in the words of its room: what it is about, and how it is tried again there.</summary>
public interface IDeadLetterWords
{
    /// <summary>The kind of work.</summary>
    string Kind { get; }

    /// <summary>The alert in these words. Its key stays as it is.</summary>
    /// <param name="session">For reading.</param>
    /// <param name="dead">The work.</param>
    /// <param name="alert">What is told without them.</param>
    Task<Alert> SayAsync(Session session, WorkItem dead, Alert alert);
}
