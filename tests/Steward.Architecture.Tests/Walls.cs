namespace Steward.Architecture.Tests;

/// <summary>The rules of the house. Each gives what breaks it, in words.</summary>
internal static class Walls
{
    private const string Permit = "Steward.Governance.Calls.Permit";

    private static readonly string[] UpToGovernance = ["Kernel", "Platform", "Governance"];

    // Which room may know which: the arrows of the architecture page.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Kernel"] = [],
        ["Platform"] = ["Kernel"],
        ["Governance"] = ["Kernel", "Platform"],
        ["Connectors"] = UpToGovernance,
        ["Sandboxing"] = UpToGovernance,
        ["Agents"] = [.. UpToGovernance, "Connectors", "Alerts", "Sandboxing", "Agents.Sdk"],
        ["Alerts"] = [.. UpToGovernance, "Connectors"],
        ["Operations"] = [.. UpToGovernance, "Connectors", "Alerts"],
        ["Conductor"] = [.. UpToGovernance, "Connectors", "Sandboxing"],
        ["Server"] = [.. UpToGovernance, "Connectors", "Alerts", "Sandboxing", "Agents", "Agents.Sdk", "Operations", "Conductor", "Simulation"],
        ["Agents.Sdk"] = [],
        ["Confine"] = [],
        ["AgentHost"] = ["Agents.Sdk"],
        ["Simulation"] = ["Kernel"],
    };

    // Whose package stays in which room. By the beginning of the assembly's name.
    private static readonly Dictionary<string, string> Vendors = new()
    {
        ["Npgsql"] = "Platform",
        ["Microsoft.Data.Sqlite"] = "Platform",
        ["SQLitePCLRaw"] = "Platform",
        ["Polly"] = "Platform",
        ["YamlDotNet"] = "Governance",
        ["Anthropic"] = "Connectors",
        ["OpenAI"] = "Connectors",
        ["Microsoft.Extensions.AI"] = "Connectors",
        ["System.ClientModel"] = "Connectors",
        ["Spectre.Console"] = "Server",
        ["System.CommandLine"] = "Server",
        ["Microsoft.CodeAnalysis"] = "AgentHost",
    };

    // What sends something to the outside. The server's command line speaks to the server; the Simulation is the outside.
    private static readonly string[] Senders =
        ["System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker", "System.Net.Http.IHttpClientFactory", "System.Net.WebClient", "System.Net.Mail.SmtpClient"];

    private static readonly string[] MaySend = ["Platform", "Connectors", "Server", "Simulation"];

    // What is deployed and watched is called a service by everybody: there the word is the noun itself.
    private static readonly string[] Nouns = ["RailwayService", "WatchedService", "ObservedService"];

    private static readonly string[] EmptyWords = ["Service", "Manager", "Helper", "Helpers", "Utils", "Utilities"];

    public static IEnumerable<string> UnknownRooms(Room room) =>
        Arrows.ContainsKey(Short(room.Name)) ? [] : [$"{room.Name} is not in the plan of the house"];

    public static IEnumerable<string> WrongArrows(Room room) =>
        from reference in room.References
        where reference.StartsWith("Steward.", StringComparison.Ordinal) && Arrows.TryGetValue(Short(room.Name), out var allowed) && !allowed.Contains(Short(reference))
        select $"{room.Name} knows {reference}";

    public static IEnumerable<string> StrayVendors(Room room) =>
        from reference in room.References
        from vendor in Vendors
        where (reference == vendor.Key || reference.StartsWith($"{vendor.Key}.", StringComparison.Ordinal)) && Short(room.Name) != vendor.Value
        select $"{room.Name} uses {reference}, which belongs to {vendor.Value}";

    public static IEnumerable<string> OpenPermits(Room room) =>
        room.Constructors.Where(type => type == Permit).Select(_ => $"{Permit} can be constructed by others");

    public static IEnumerable<string> ForgedPermits(Room room) =>
        Short(room.Name) == "Governance" ? [] : room.UsedMembers.Where(member => member == $"{Permit}::.ctor").Select(_ => $"{room.Name} constructs permits");

    public static IEnumerable<string> FalseFriends(Room room) =>
        room.Friends.Where(friend => friend != $"{room.Name}.Tests").Select(friend => $"{room.Name} shows its internals to {friend}");

    public static IEnumerable<string> AsyncVoids(Room room) => room.AsyncVoids.Select(method => $"{method} is async void");

    public static IEnumerable<string> EmptyNames(Room room) =>
        room.Types.Where(type => EmptyWords.Any(word => type.EndsWith(word, StringComparison.Ordinal)) && !Nouns.Contains(type.Split('.')[^1])).Select(type => $"{type} has a name that says nothing");

    public static IEnumerable<string> BackDoors(Room room) => MaySend.Contains(Short(room.Name))
        ? []
        : room.UsedTypes.Intersect(Senders).Select(type => $"{room.Name} uses {type}: only connectors speak to the outside");

    public static IEnumerable<string> LongFiles(string file, int lines, int most) =>
        lines > most ? [$"{file} has {lines} lines; split it (at most {most})"] : [];

    private static string Short(string assembly) => assembly["Steward.".Length..];
}
