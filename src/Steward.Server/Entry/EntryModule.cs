using Steward.Kernel;
using Steward.Server.Telemetry;

namespace Steward.Server.Entry;

/// <summary>The door: who may come in, and how a refusal looks.</summary>
internal static class EntryModule
{
    /// <summary>The name under which this room's migrations are remembered.</summary>
    public const string Room = "server";

    public static IServiceCollection AddEntry(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<EnsureOwnerKey>();
        services.AddSingleton<CreateKey>();
        services.AddSingleton<RevokeKey>();
        // The core alone: the full set brings data protection, which makes keys and keeps them in the user's home.
        services.AddWebEncoders();
        services.AddTransient<KeyAuthentication>();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = KeyAuthentication.SchemeName;
            options.AddScheme<KeyAuthentication>(KeyAuthentication.SchemeName, null);
        });
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim(KeyAuthentication.ScopeClaim, scope));
        }

        // Before the framework's own, which gives up on clients that accept no JSON.
        services.AddSingleton<IProblemDetailsWriter, Problems>();
        services.AddProblemDetails();
        services.AddExceptionHandler<Faults>();
        return services;
    }

    /// <summary>What every request passes, from the outside in.</summary>
    public static void UseEntry(this WebApplication app)
    {
        app.UseMiddleware<RequestTrail>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        // Before the endpoint is chosen, which without this would be at the very beginning.
        app.Use(MissionPaths.LeadToApi);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    public static void MapEntry(this IEndpointRouteBuilder api) => api.MapKeys();
}
