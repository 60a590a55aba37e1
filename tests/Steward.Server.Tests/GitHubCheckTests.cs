using Steward.Simulation;

namespace Steward.Server.Tests;

public sealed class GitHubCheckTests
{
    [Fact]
    public async Task A_reader_learns_what_the_App_lacks_and_sees_no_secret()
    {
        var options = new WorldOptions { GitHubPermissions = new Dictionary<string, string> { ["metadata"] = "read", ["workflows"] = "write" } };
        await using var world = await World.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = new RunningServer
        {
            Environment =
            {
                ["STEWARD_GitHub__BaseUrl"] = world.GitHubUrl.ToString(),
                ["STEWARD_GitHub__Repository"] = options.GitHubRepository,
                ["STEWARD_GitHub__AppId"] = $"{options.GitHubAppId}",
                ["STEWARD_GitHub__InstallationId"] = $"{options.GitHubInstallationId}",
                ["STEWARD_GitHub__PrivateKey"] = world.GitHub.AppPrivateKey,
            },
        };
        await server.InitializeAsync();
        var (_, key) = await server.MakeKeyAsync("anna", "read");

        var found = await server.GetAsync("/api/github/check", key);

        Assert.Equal(200, found.Status);
        Assert.Equal(("app", "steward", false, true), ((string)found.Json["credentials"]!, (string)found.Json["account"]!, (bool)found.Json["isWell"]!, (bool)found.Json["repositoryVisible"]!));
        Assert.Equal(6, found.Json["problems"]!.AsArray().Count);
        Assert.Equal(("unneeded", "write"), found.Json["permissions"]!.AsArray().Where(one => (string)one!["name"]! == "workflows")
            .Select(one => ((string)one!["state"]!, (string)one["granted"]!)).Single());
        Assert.DoesNotContain("PRIVATE KEY", found.Body + server.Log, StringComparison.Ordinal);
        Assert.Equal(401, (await server.GetAsync("/api/github/check", key: null)).Status);
    }

    [Fact]
    public async Task A_server_without_GitHub_says_what_to_set()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();

        var found = await server.GetAsync("/api/github/check");

        Assert.Equal(("none", false), ((string)found.Json["credentials"]!, (bool)found.Json["isWell"]!));
        Assert.Contains("GitHub:AppId", (string)found.Json["problems"]![0]!, StringComparison.Ordinal);
    }
}
