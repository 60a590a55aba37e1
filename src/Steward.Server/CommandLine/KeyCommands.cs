using System.CommandLine;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward keys</c>: who may come in.</summary>
internal static class KeyCommands
{
    public static Command Build() => new("keys", "Who may come in")
    {
        Lists.Command("list", "Keys, newest first", "api/keys", [], "There are no keys.",
            ("id", key => key.Text("id")),
            ("name", key => key.Text("name")),
            ("holder", key => key.Text("holder")),
            ("scopes", key => string.Join(' ', (key?["scopes"] as JsonArray ?? []).Select(scope => scope?.ToString()))),
            ("key", key => $"{key.Text("prefix")}..."),
            ("last used", key => key.Time("lastUsedAt") ?? "never"),
            ("revoked", key => key.Time("revokedAt"))),
        Create(),
        Revoke(),
    };

    private static Command Create()
    {
        Option<string> name = new("--name") { Description = "What it is for", Required = true };
        Option<string> holder = new("--holder") { Description = "The person who will act with it", Required = true };
        Option<string[]> scopes = new("--scope")
        {
            Description = $"What it may do: {string.Join(", ", Scopes.All)}; may be given several times (default: read)",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [Scopes.Read],
        };
        return new Command("create", "Make a key; it is shown this once") { name, holder, scopes }.Does(async talk =>
        {
            var made = await talk.SendAsync(HttpMethod.Post, "api/keys", new JsonObject
            {
                ["name"] = talk.Value(name),
                ["holder"] = talk.Value(holder),
                ["scopes"] = new JsonArray([.. talk.Value(scopes)!.SelectMany(scope => scope.Split(',')).Select(scope => JsonValue.Create(scope))]),
            });
            talk.Output.Show(made, () =>
            {
                talk.Output.Line(made.Text("key") ?? "");
                Console.Error.WriteLine("This is the only time that the key is shown.");
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Revoke()
    {
        Argument<Guid> id = new("id") { Description = "The key's id" };
        return new Command("revoke", "Revoke a key for good") { id }.Does(async talk =>
        {
            var key = await talk.SendAsync(HttpMethod.Delete, $"api/keys/{talk.Value(id)}");
            talk.Output.Show(key, () => talk.Output.Line($"Revoked the key {key.Text("prefix")}... of {key.Text("holder")}."));
            return ExitCodes.Ok;
        });
    }
}
