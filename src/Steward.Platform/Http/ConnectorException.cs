using System.Net;

namespace Steward.Platform.Http;

/// <summary>What is known about the effect of a call that failed.</summary>
public enum CallEffect
{
    /// <summary>Nothing happened: the provider refused, or the request never left. A repeat is safe.</summary>
    None,

    /// <summary>It may have happened: the request left and no clear answer came. Ask the provider before repeating.</summary>
    Unknown,
}

/// <summary>The world failed: a provider did not do, or did not answer, what a connector asked. Its message is redacted and fit for people.</summary>
public class ConnectorException : Exception
{
    /// <summary>Says which provider failed at what, and how.</summary>
    public ConnectorException(string vendor, string operation, string message, Exception? innerException = null)
        : base($"{vendor} {operation}: {message}", innerException) => (Vendor, Operation) = (vendor, operation);

    /// <summary>The provider, in lower case: <c>railway</c>.</summary>
    public string Vendor { get; }

    /// <summary>The named operation: <c>DeploymentRollback</c>.</summary>
    public string Operation { get; }

    /// <summary>The HTTP status of the answer, where one came.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>True when the same call may succeed later: overload, outage, a broken connection.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the provider asked us to wait, where it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when it answered that it is asked too often, and whoever asks minds how long it is to be left alone: that is no sign that it is not well.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>What is known about the effect. <see cref="CallEffect.Unknown"/> unless the connector knows better.</summary>
    public CallEffect Effect { get; init; } = CallEffect.Unknown;
}
