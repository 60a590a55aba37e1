using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward services</c>: what is watched, and what is to be.</summary>
internal static class WatchCommands
{
    public static Command Build()
    {
        var services = Lists.Command("services", "The services that are watched", "api/services", [], "No service is watched.",
            ("name", service => service.Text("name")),
            ("state", service => service.Text("state")),
            ("version", service => service.Text("version")),
            ("health", service => service.Text("health")),
            ("autonomy", service => service.Text("autonomy")),
            ("watched", service => service.Text("isWatched") == "false" ? "no" : "yes"));
        services.Subcommands.Add(Set("watch", "Watch a service again that was left alone", true));
        services.Subcommands.Add(Set("unwatch", "Leave a service alone: nothing about it is found or done until it is watched again", false));
        return services;
    }

    private static Command Set(string verb, string description, bool watched)
    {
        Argument<string> name = new("service") { Description = "The service's name" };
        return new Command(verb, description) { name }.Does(async talk =>
        {
            var service = await talk.SendAsync(HttpMethod.Put, $"api/services/{Uri.EscapeDataString(talk.Value(name))}/watched", new JsonObject { ["watched"] = watched });
            talk.Output.Show(service, () => talk.Output.Line(watched ? $"{service.Text("name")} is watched." : $"{service.Text("name")} is left alone. Watch it again: steward services watch {service.Text("name")}"));
            return ExitCodes.Ok;
        });
    }
}
