using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Steward.Governance.Audit;

namespace Steward.Operations.Events;

/// <summary>Why a delivery is not taken.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable word for machines; with the source it is the cause under which refusals are counted.</param>
/// <param name="Detail">For people: what is wrong and what to do. Nothing of what the sender sent.</param>
internal sealed record EventRefusal(int Status, string Code, string Detail)
{
    /// <summary>The same for the audit log.</summary>
    /// <param name="source">Who was to have sent it.</param>
    public StrangersRefusal Of(string source) => new(AuditKinds.EventRefused, $"webhook/{source}", Status, Code, Detail);
}

/// <summary>One provider that reports events: how it shows who it is, and how its events are read.</summary>
internal abstract class WebhookSource
{
    /// <summary>Its name, of <see cref="EventSources"/>.</summary>
    public abstract string Name { get; }

    /// <summary>How long a body may be, in bytes.</summary>
    public abstract int MaxBody { get; }

    /// <summary>Looks at address and headers, before the body is read. Null when the delivery may go on.</summary>
    public abstract EventRefusal? Admit(HttpRequest request);

    /// <summary>Looks at the body's bytes, before they are read as anything. Null when the delivery may go on.</summary>
    public virtual EventRefusal? Verify(HttpRequest request, ReadOnlySpan<byte> body) => null;

    /// <summary>Reads what the event says.</summary>
    /// <param name="request">For its headers.</param>
    /// <param name="body">The body's bytes.</param>
    /// <param name="fields">The body's members.</param>
    /// <param name="now">When it came.</param>
    public abstract EventRecord Read(HttpRequest request, ReadOnlySpan<byte> body, EventFields fields, DateTimeOffset now);

    /// <summary>Whether the address ends in the secret; an unset one matches nothing.</summary>
    protected static EventRefusal? AdmitByPath(HttpRequest request, string secret, string setting)
    {
        var shown = request.RouteValues["secret"] as string ?? "";
        return secret.Length == 0
            ? new(StatusCodes.Status404NotFound, "not-set-up", $"Events are not taken here: {setting} is not set.")
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(secret))
                ? null
                : new(StatusCodes.Status404NotFound, "not-found", "There is nothing here.");
    }

    /// <summary>
    /// A name for a delivery that has none: the hash of its body, and the minute. A copy that the sender repeats at once is
    /// known; the same words an hour later are another event.
    /// </summary>
    protected static string DeliveryOf(ReadOnlySpan<byte> body, DateTimeOffset now) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}-{now.ToUnixTimeSeconds() / 60}";
}
