using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.GitHub;

/// <summary>Introduces what speaks with GitHub: one way to it, and a class for each subject.</summary>
internal static class GitHubRegistration
{
    public static void AddGitHub(this IServiceCollection services)
    {
        services.AddSingleton<GitHubApp>();
        services.AddSingleton<GitHubAllowance>();
        services.AddSingleton<GitHubRest>();
        services.AddSingleton<GitHubThread>();
        services.AddSingleton<GitHubCalls>();
        services.AddSingleton(provider => new GitHubIssues(Rest(provider), provider.GetRequiredService<GitHubThread>(), Calls(provider)));
        services.AddSingleton(provider => new GitHubComments(Rest(provider), provider.GetRequiredService<GitHubThread>(), Calls(provider)));
        services.AddSingleton(provider => new GitHubPullRequests(Rest(provider), Calls(provider)));
        services.AddSingleton(provider => new GitHubWorkflows(Rest(provider), Calls(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new GitHubAccess(Rest(provider), provider.GetRequiredService<IOptions<GitHubOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new GitHubBranches(Rest(provider), provider.GetRequiredService<GitHubAccess>(), Calls(provider), provider.GetRequiredService<Redactor>()));
    }

    private static GitHubRest Rest(IServiceProvider provider) => provider.GetRequiredService<GitHubRest>();

    private static GitHubCalls Calls(IServiceProvider provider) => provider.GetRequiredService<GitHubCalls>();
}
