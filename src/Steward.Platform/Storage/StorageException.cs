namespace Steward.Platform.Storage;

/// <summary>The store cannot be used as it is: the start stops, and the message says what to do.</summary>
public sealed class StorageException : Exception
{
    /// <summary>Says what happened, what it means and what to do.</summary>
    public StorageException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
