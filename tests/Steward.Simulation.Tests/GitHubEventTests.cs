using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Simulation.Tests;

public sealed class GitHubEventTests : WorldTest
{
    private const string Secret = "It's a Secret to Everybody";
    private readonly ConcurrentQueue<(string Name, string Delivery, JsonNode Body)> received = new();

    [Fact]
    public async Task Events_are_signed_and_tell_what_happened_in_order()
    {
        await using var receiver = await ReceiveAsync();
        World.GitHub.SendEventsTo(new Uri(receiver.Urls.First()), Secret);
        var number = World.GitHub.AddPullRequest("Add a cart", "cart");
        World.GitHub.SetChecks(number, RunState.Running);
        World.GitHub.SetChecks(number, RunState.Green);
        World.GitHub.AddComment(number, "/deploy", "mia");
        World.GitHub.Push("cart", "more");
        World.GitHub.MergePullRequest(number);
        World.GitHub.AddRun(RunState.Red);

        string[] expected =
        [
            "ping", "push refs/heads/cart", "pull_request opened", "check_suite completed", "issue_comment created", "push refs/heads/cart",
            "pull_request synchronize", "push refs/heads/main", "pull_request closed", "workflow_run completed",
        ];
        await Eventually.HoldsAsync(() => received.Count == expected.Length, "all events have arrived", Ending);
        Assert.Equal(expected, received.Select(one => $"{one.Name} {one.Body["action"] ?? one.Body["ref"]}".TrimEnd()));
        Assert.Equal(expected.Length, received.Select(one => one.Delivery).Distinct().Count());
        var comment = received.ElementAt(4).Body;
        Assert.Equal(("mia", "/deploy", "acme/shop"), (comment["sender"]!["login"]!.GetValue<string>(), comment["comment"]!["body"]!.GetValue<string>(), comment["repository"]!["full_name"]!.GetValue<string>()));
        Assert.NotNull(comment["issue"]!["pull_request"]);
        Assert.NotNull(received.ElementAt(8).Body["pull_request"]!["merged_at"]);
    }

    [Fact]
    public async Task A_repeat_has_the_same_delivery()
    {
        await using var receiver = await ReceiveAsync();
        World.Faults.Events.Duplicate();

        World.GitHub.SendEventsTo(new Uri(receiver.Urls.First()), Secret);

        await Eventually.HoldsAsync(() => received.Count == 2, "the ping has arrived twice", Ending);
        Assert.Single(received.Select(one => one.Delivery).Distinct());
    }

    private async Task<WebApplication> ReceiveAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var headers = context.Request.Headers;
            // What is not signed does not count.
            if (headers["X-Hub-Signature-256"] == $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body.ToArray()))}")
            {
                received.Enqueue((headers["X-GitHub-Event"]!, headers["X-GitHub-Delivery"]!, JsonNode.Parse(body.ToArray())!));
            }

            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        await app.StartAsync(Ending);
        return app;
    }
}
