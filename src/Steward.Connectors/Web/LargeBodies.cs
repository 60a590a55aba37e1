namespace Steward.Connectors.Web;

/// <summary>The room for bodies of more than 64 KB of one who asks. What he waits for is not counted as time of the server's.</summary>
/// <param name="Reading">One for all that he asks at once: one such body is read at a time, up to <see cref="WebClient.LongestBody"/> bytes, however slowly it comes.</param>
/// <param name="BeforeKept">Awaited when a body has been read, before it is made the answer, which takes many times its size.</param>
public sealed record LargeBodies(SemaphoreSlim Reading, Func<CancellationToken, Task> BeforeKept);
