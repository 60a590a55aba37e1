using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Steward.Operations.Events;

/// <summary>Railway's events. They are not signed, so the path is a secret, and what they say is not believed. Both forms that Railway has sent are read.</summary>
internal sealed class RailwaySource(IOptions<OperationsOptions> options) : WebhookSource
{
    public override string Name => EventSources.Railway;

    public override int MaxBody => 1024 * 1024;

    public override EventRefusal? Admit(HttpRequest request) => AdmitByPath(request, options.Value.RailwayWebhookSecret, "Operations:RailwayWebhookSecret");

    public override EventRecord Read(HttpRequest request, ReadOnlySpan<byte> body, EventFields fields, DateTimeOffset now) =>
        new(Name, fields.Word("type") ?? "unknown", DeliveryOf(body, now))
        {
            Conclusion = fields.Word("status") ?? fields.Word("details", "status"),
            Environment = fields.Name("environment", "name") ?? fields.Name("resource", "environment", "name"),
            Subject = fields.Name("service", "name") ?? fields.Name("resource", "service", "name"),
            SubjectId = fields.Id("deployment", "id") ?? fields.Id("resource", "deployment", "id") ?? fields.Id("details", "id"),
            Sha = fields.Sha("deployment", "meta", "commitHash") ?? fields.Sha("details", "commitHash"),
            Branch = fields.Name("deployment", "meta", "branch") ?? fields.Name("details", "branch"),
            At = fields.Time("timestamp"),
        };
}
