using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Tests;

public sealed class GitHubTests : WorldTest
{
    private string Issues => $"repos/{Options.GitHubRepository}/issues";

    [Fact]
    public async Task An_issue_is_created_commented_closed_and_recorded()
    {
        var created = await SendAsync(HttpMethod.Post, Issues, new { title = "web crashed", body = "See the log", labels = (List<string>)["incident"] }, 201);
        Assert.Equal("web crashed", created["title"]!.GetValue<string>());
        Assert.Equal("incident", created["labels"]![0]!["name"]!.GetValue<string>());
        Assert.EndsWith("/issues/1", created["html_url"]!.GetValue<string>());

        await SendAsync(HttpMethod.Post, $"{Issues}/1/comments", new { body = "Rolled back" }, 201);
        await SendAsync(HttpMethod.Patch, $"{Issues}/1", new { state = "closed" }, 200);

        var comments = await SendAsync(HttpMethod.Get, $"{Issues}/1/comments", null, 200);
        Assert.Equal("Rolled back", Assert.Single(comments.AsArray())!["body"]!.GetValue<string>());
        var found = await SendAsync(HttpMethod.Get, $"{Issues}/1", null, 200);
        Assert.Equal(("closed", 1), (found["state"]!.GetValue<string>(), found["comments"]!.GetValue<int>()));
        Assert.Equal(["CreateIssue", "CreateComment", "UpdateIssue"], World.Mutations.Select(one => one.Operation));
        Assert.Equal("closed", Assert.Single(World.GitHub.Issues).State);
    }

    [Fact]
    public async Task Issues_come_newest_first_filtered_and_in_pages()
    {
        World.GitHub.AddIssue("one", "", "incident");
        World.GitHub.AddIssue("two", "", "question");
        World.GitHub.AddIssue("three", "", "incident", "urgent");

        using var request = Request(HttpMethod.Get, $"{Issues}?labels=incident&per_page=1", Options.GitHubToken);
        using var first = await Client.SendAsync(request, Ending);
        var page = (await first.Content.ReadFromJsonAsync<JsonArray>(Ending))!;
        Assert.Equal("three", Assert.Single(page)!["title"]!.GetValue<string>());
        var link = Assert.Single(first.Headers.GetValues("Link"));
        Assert.EndsWith("rel=\"next\"", link);

        var second = await SendAsync(HttpMethod.Get, link[1..link.IndexOf('>', StringComparison.Ordinal)], null, 200);
        Assert.Equal("one", Assert.Single(second.AsArray())!["title"]!.GetValue<string>());
        Assert.Empty((await SendAsync(HttpMethod.Get, $"{Issues}?state=closed", null, 200)).AsArray());
    }

    [Fact]
    public async Task Mistakes_are_answered_in_the_shapes_of_GitHub_and_change_nothing()
    {
        var invalid = await SendAsync(HttpMethod.Post, Issues, new { body = "no title" }, 422);
        Assert.Equal("missing_field", invalid["errors"]![0]!["code"]!.GetValue<string>());
        await SendAsync(HttpMethod.Post, "repos/somebody/else/issues", new { title = "x" }, 404);
        using var request = Request(HttpMethod.Get, Issues, "wrong");
        using var refused = await Client.SendAsync(request, Ending);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bad credentials", (await refused.Content.ReadFromJsonAsync<JsonNode>(Ending))!["message"]!.GetValue<string>());
        Assert.Empty(World.Mutations);
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, int status)
    {
        using var request = Request(method, path, Options.GitHubToken);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await Client.SendAsync(request, Ending);
        Assert.Equal(status, (int)response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!;
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string token) =>
        new(method, new Uri(World.GitHubUrl, path)) { Headers = { { "Authorization", $"Bearer {token}" } } };
}
