using Steward.Platform.Http;

namespace Steward.Connectors.Models;

/// <summary>Why an answer cannot be used.</summary>
public enum AnswerFault
{
    /// <summary>The model, or its provider, refused to answer.</summary>
    Refused,

    /// <summary>There are no words in it.</summary>
    Empty,

    /// <summary>It is not the JSON that was asked for.</summary>
    NotJson,

    /// <summary>It was to be JSON and was cut off.</summary>
    Cut,
}

/// <summary>
/// A model answered, and what it answered cannot be used. It was paid for and is counted. Words that were cut off are no such
/// failure: they come as an answer that is not whole.
/// </summary>
public sealed class UnusableAnswerException : ConnectorException
{
    internal UnusableAnswerException(string vendor, string operation, string message, AnswerFault fault, ModelAnswer answer)
        : base(vendor, operation, message)
    {
        (Fault, Answer) = (fault, answer);
    }

    /// <summary>What is wrong with it.</summary>
    public AnswerFault Fault { get; }

    /// <summary>The answer: for what it cost, and for whoever wants to show it to the model again. Data.</summary>
    public ModelAnswer Answer { get; }
}
