using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Who is who and who may what, over HTTP: the App, its installation, people, the repository, the limits.</summary>
internal sealed class AccessRoutes(Repository repository, Credentials credentials, RateMeter meter, WorldOptions options)
{
    public void Map(GitHubApi api)
    {
        api.OnApp("POST", "/app/installations/{installation:long}/access_tokens", "CreateInstallationToken", visit =>
            visit.Route("installation") == $"{options.GitHubInstallationId}" ? credentials.Grant() : Wire.NotFound);
        api.OnApp("GET", "/app", "GetApp", _ => Reply.Json(200, App()));
        api.OnApp("GET", GitHubApi.Repo + "/installation", "GetInstallation", _ => Reply.Json(200, Installation()));
        api.On("GET", "/rate_limit", "GetRateLimit", null, _ => Limits());
        api.On("GET", "/user", "GetUser", null, visit => visit.Account.AppId is null
            ? Reply.Json(200, visit.Account.ToJson())
            : Reply.Message(403, "Resource not accessible by integration"));
        api.On("GET", GitHubApi.Repo, "GetRepository", ("metadata", "read"), _ => Reply.Json(200, repository.Brief()));
        api.On("GET", GitHubApi.Repo + "/collaborators/{login}/permission", "GetPermission", ("metadata", "read"), Permission);
    }

    private Reply Permission(Visit visit)
    {
        var login = visit.Route("login");
        var role = repository.Permissions.GetValueOrDefault(login) ?? (repository.IsPrivate ? "none" : "read");
        return Reply.Json(200, new JsonObject
        {
            // The older word knows fewer grades.
            ["permission"] = role switch { "maintain" => "write", "triage" => "read", _ => role },
            ["role_name"] = role == "none" ? "" : role,
            ["user"] = new Account(login).ToJson(),
        });
    }

    private Reply Limits()
    {
        var (limit, used, remaining, reset) = meter.State;
        JsonObject Rate() => new() { ["limit"] = limit, ["used"] = used, ["remaining"] = remaining, ["reset"] = reset };
        return Reply.Json(200, new JsonObject { ["resources"] = new JsonObject { ["core"] = Rate(), ["search"] = Rate() }, ["rate"] = Rate() });
    }

    private JsonObject App() => new()
    {
        ["id"] = options.GitHubAppId,
        ["slug"] = "steward",
        ["node_id"] = "A_1",
        ["owner"] = new Account(repository.Owner).ToJson(),
        ["name"] = "Steward",
        ["description"] = "",
        ["external_url"] = "https://example.com",
        ["html_url"] = "https://github.com/apps/steward",
        ["created_at"] = Wire.Time(DateTimeOffset.UnixEpoch),
        ["updated_at"] = Wire.Time(DateTimeOffset.UnixEpoch),
        ["permissions"] = credentials.Permissions(),
        ["events"] = new JsonArray(),
    };

    private JsonObject Installation() => new()
    {
        ["id"] = options.GitHubInstallationId,
        ["app_id"] = options.GitHubAppId,
        ["app_slug"] = "steward",
        ["account"] = new Account(repository.Owner).ToJson(),
        ["target_id"] = 1,
        ["target_type"] = "Organization",
        ["repository_selection"] = "selected",
        ["permissions"] = credentials.Permissions(),
        ["events"] = new JsonArray(),
        ["created_at"] = Wire.Time(DateTimeOffset.UnixEpoch),
        ["updated_at"] = Wire.Time(DateTimeOffset.UnixEpoch),
        ["suspended_at"] = credentials.IsSuspended ? Wire.Time(repository.Now) : null,
        ["suspended_by"] = null,
        ["single_file_name"] = null,
        ["html_url"] = $"https://github.com/settings/installations/{options.GitHubInstallationId}",
        ["access_tokens_url"] = new Uri(repository.Api, $"/app/installations/{options.GitHubInstallationId}/access_tokens").AbsoluteUri,
        ["repositories_url"] = new Uri(repository.Api, "/installation/repositories").AbsoluteUri,
    };
}
