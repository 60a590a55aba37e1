using System.Text.Json.Nodes;
using Steward.Governance.Audit;

namespace Steward.Server.Entry;

/// <summary>How keys appear in the audit log.</summary>
internal static class KeyAudit
{
    public static AuditEntry Entry(string kind, ApiKey key, string by) => new(kind, by)
    {
        Target = $"key/{key.Id}",
        Detail = new JsonObject { ["name"] = key.Name, ["holder"] = key.Holder, ["scopes"] = string.Join(' ', key.Scopes), ["prefix"] = key.Prefix },
    };
}
