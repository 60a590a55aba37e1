using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Steward.Operations.Events;

/// <summary>Events from workflows of n8n. Whoever builds the workflow writes the body; these are the members that are read, all of them optional.</summary>
internal sealed class N8nSource(IOptions<OperationsOptions> options) : WebhookSource
{
    public override string Name => EventSources.N8n;

    public override int MaxBody => 1024 * 1024;

    public override EventRefusal? Admit(HttpRequest request) => AdmitByPath(request, options.Value.N8nWebhookSecret, "Operations:N8nWebhookSecret");

    public override EventRecord Read(HttpRequest request, ReadOnlySpan<byte> body, EventFields fields, DateTimeOffset now) =>
        new(Name, fields.Word("event") ?? fields.Word("type") ?? "unknown", DeliveryOf(body, now))
        {
            // Of a workflow that reports errors: https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.errortrigger/
            Conclusion = fields.Word("status") ?? (fields.Has("execution", "error") ? "error" : null),
            Subject = fields.Name("workflow", "name") ?? fields.Name("workflow"),
            SubjectId = fields.Id("execution", "id") ?? fields.Id("executionId"),
            At = fields.Time("timestamp"),
        };
}
