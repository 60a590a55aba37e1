using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Steward.Server.Startup;

/// <summary>What the API's own description says beside what the endpoints say themselves.</summary>
internal static class OpenApiDocument
{
    private const string Scheme = "key";

    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "Steward",
            Version = StewardHost.Version,
            Description = "Runs agents and infrastructure for its owner, and can explain, undo and stop everything it does. Refusals are problem details (RFC 9457).",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of this server: stw_..." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    });
}
