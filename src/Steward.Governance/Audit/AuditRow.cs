using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Steward.Kernel;

namespace Steward.Governance.Audit;

/// <summary>Something that is to be written into the audit log.</summary>
/// <param name="Kind">One of <see cref="AuditKinds"/>.</param>
/// <param name="Actor">Who did it.</param>
public sealed record AuditEntry(string Kind, string Actor)
{
    /// <summary>The action of the call that it is about.</summary>
    public string? Action { get; init; }

    /// <summary>What the call is done to.</summary>
    public string? Target { get; init; }

    /// <summary>The watched service that it is about.</summary>
    public string? Service { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>What the reason rests on.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>The call's record.</summary>
    public Guid? CallId { get; init; }

    /// <summary>The hash of the exact call.</summary>
    public string? CallHash { get; init; }

    /// <summary>The policy in force.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>Ties together everything that follows from one cause.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Whatever else belongs to this kind of row.</summary>
    public JsonObject Detail { get; init; } = [];
}

/// <summary>A row of the audit log.</summary>
/// <param name="Seq">Its number; the first is 1 and none is left out.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Entry">What it says, redacted.</param>
/// <param name="Previous">The hash of the row before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 over the canonical JSON of all the rest, as hexadecimal digits.</param>
[JsonConverter(typeof(FlatConverter))]
public sealed record AuditRow(long Seq, DateTimeOffset At, AuditEntry Entry, string Previous, string Hash)
{
    /// <summary>The hash that the row must have if nobody touched it.</summary>
    public static string ComputeHash(long seq, DateTimeOffset at, AuditEntry entry, string previous) => CanonicalJson.Hash(Flat(seq, at, entry, previous));

    private static JsonObject Flat(long seq, DateTimeOffset at, AuditEntry entry, string previous) => new()
    {
        ["seq"] = seq,
        ["at"] = UtcTime.ToText(at),
        ["kind"] = entry.Kind,
        ["actor"] = entry.Actor,
        ["action"] = entry.Action,
        ["target"] = entry.Target,
        ["service"] = entry.Service,
        ["reason"] = entry.Reason,
        ["evidence"] = new JsonArray([.. entry.Evidence.Select(line => JsonValue.Create(line))]),
        ["callId"] = entry.CallId?.ToString(),
        ["callHash"] = entry.CallHash,
        ["policyVersion"] = entry.PolicyVersion,
        ["correlationId"] = entry.CorrelationId,
        ["detail"] = entry.Detail.DeepClone(),
        ["previous"] = previous,
    };

    // What goes out is what was hashed, plus the hash: whoever exports the log can check it with any SHA-256.
    private sealed class FlatConverter : JsonConverter<AuditRow>
    {
        public override AuditRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Audit rows are read from the store only.");

        public override void Write(Utf8JsonWriter writer, AuditRow value, JsonSerializerOptions options)
        {
            var flat = Flat(value.Seq, value.At, value.Entry, value.Previous);
            flat["hash"] = value.Hash;
            flat.WriteTo(writer, options);
        }
    }
}
