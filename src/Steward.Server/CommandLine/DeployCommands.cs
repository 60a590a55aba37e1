using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward deploy</c> and <c>rollback</c>: have something deployed, or go back, and see it through.</summary>
internal static class DeployCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly Option<string?> Environment = new("--env") { Description = "The environment, by its name in the settings (default: the default one)" };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Do not wait for the end" };

    public static IEnumerable<Command> Build()
    {
        yield return new Command("deploy", "Deploy a pull request or a service, and see it verified") { PullRequest(), OfService(), List(), Show(), Cancel() };
        yield return RollBack();
    }

    private static Command PullRequest()
    {
        Argument<int> number = new("number") { Description = "The pull request" };
        Option<string?> service = new("--service") { Description = "The service, where more than one could be meant" };
        Option<string?> repository = new("--repository") { Description = "owner/name (default: GitHub:Repository)" };
        return new Command("pr", "Merge a green pull request, deploy what comes of it and verify it") { number, Environment, service, repository, Detach }.Does(talk =>
            StartAsync(talk, "api/deploys", Body(("pullRequest", talk.Value(number)), ("service", talk.Value(service)), ("environment", talk.Value(Environment)),
                ("repository", talk.Value(repository)))));
    }

    private static Command OfService()
    {
        Argument<string> service = new("service") { Description = "The service" };
        Option<string?> commit = new("--commit") { Description = "The commit (default: the newest one)" };
        return new Command("service", "Deploy a service and verify it") { service, commit, Environment, Detach }.Does(talk =>
            StartAsync(talk, "api/deploys", Body(("service", talk.Value(service)), ("commit", talk.Value(commit)), ("environment", talk.Value(Environment)))));
    }

    private static Command RollBack()
    {
        Argument<string> service = new("service") { Description = "The service" };
        Option<string?> to = new("--to") { Description = "The deployment to go back to (default: the last good one)" };
        return new Command("rollback", "Go back to an earlier deployment of a service and verify it") { service, to, Environment, Detach }.Does(talk =>
            StartAsync(talk, "api/rollbacks", Body(("service", talk.Value(service)), ("to", talk.Value(to)), ("environment", talk.Value(Environment)))));
    }

    private static Command List()
    {
        Option<string?> service = new("--service") { Description = "Only those of one service" };
        return Lists.Command("list", "What was asked to be deployed or rolled back, newest first", "api/deploys", [("service", service)], "Nothing was asked for yet.",
            ("id", deploy => deploy.Text("id")),
            ("what", deploy => deploy.Text("title")),
            ("state", deploy => deploy.Text("state")),
            ("by", deploy => deploy.Text("requestedBy")),
            ("at", deploy => deploy.Time("createdAt")),
            ("note", deploy => deploy.Text("note")));
    }

    private static Command Show()
    {
        Argument<Guid> id = new("id") { Description = "The deploy" };
        return new Command("show", "One deploy: how far it has come and what it waits for") { id }.Does(async talk =>
        {
            var deploy = await talk.GetAsync($"api/deploys/{talk.Value(id)}");
            talk.Output.Show(deploy, () => Print(talk.Output, deploy));
            return ExitCodes.Ok;
        });
    }

    private static Command Cancel()
    {
        Argument<Guid> id = new("id") { Description = "The deploy" };
        return new Command("cancel", "Call a deploy off, as long as the provider was not asked to begin") { id }.Does(async talk =>
        {
            var deploy = await talk.SendAsync(HttpMethod.Post, $"api/deploys/{talk.Value(id)}/cancel");
            talk.Output.Show(deploy, () => talk.Output.Line($"{deploy.Text("title")}: {deploy.Text("note")}"));
            return ExitCodes.Ok;
        });
    }

    private static async Task<int> StartAsync(Talk talk, string path, JsonObject body)
    {
        var deploy = await talk.SendAsync(HttpMethod.Post, path, body);
        if (talk.Value(Detach))
        {
            talk.Output.Show(deploy, () => talk.Output.Line($"{deploy.Text("title")} was accepted. Follow it: steward deploy show {deploy.Text("id")}"));
            return ExitCodes.Ok;
        }

        talk.Output.Line($"{deploy.Text("title")} ({deploy.Text("correlationId")}). Ctrl-C leaves it running.");
        var told = "";
        while (deploy.Text("closedAt") is null)
        {
            var now = $"{deploy.Text("state"),-10}  {deploy.Text("note")}".TrimEnd();
            if (now != told)
            {
                talk.Output.Line(now);
                told = now;
            }

            await Task.Delay(Look, TimeProvider.System, talk.Cancellation);
            deploy = await talk.FollowAsync($"api/deploys/{deploy.Text("id")}");
        }

        talk.Output.Show(deploy, () => talk.Output.Line($"{deploy.Text("state"),-10}  {deploy.Text("note")}"));
        return deploy.Text("state") == "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static JsonObject Body(params (string Name, JsonNode? Value)[] members) =>
        new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));

    private static void Print(Output output, JsonNode deploy) => output.Facts(
        ("what", deploy.Text("title")),
        ("state", deploy.Text("state")),
        ("note", deploy.Text("note")),
        ("service", deploy.Text("service")),
        ("environment", deploy.Text("environment")),
        ("commit", deploy.Text("commitSha")),
        ("deployment", deploy.Text("deploymentId")),
        ("checked at", deploy.Text("url")),
        ("by", deploy.Text("requestedBy")),
        ("asked", deploy.Time("createdAt")),
        ("since", deploy.Time("stateAt")),
        ("ended", deploy.Time("closedAt")),
        ("correlation", deploy.Text("correlationId")));
}
