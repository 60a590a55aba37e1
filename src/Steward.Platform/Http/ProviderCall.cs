namespace Steward.Platform.Http;

/// <summary>One HTTP call of a provider's API.</summary>
/// <param name="Operation">The named operation, for messages and metrics: <c>DeploymentRollback</c>.</param>
/// <param name="ChangesSomething">True when the provider's world is different afterwards. Such a call is repeated only when it is known not to have happened.</param>
/// <param name="Request">Makes the request; asked anew for every attempt.</param>
public sealed record ProviderCall(string Operation, bool ChangesSomething, Func<HttpRequestMessage> Request)
{
    /// <summary>
    /// For files that grow: keep only this many bytes of the answer's end and let the rest pass, up to
    /// <see cref="ProviderHttp.MaxPassingBytes"/>. Null to keep the whole answer.
    /// </summary>
    public int? TailBytes { get; init; }
}
