using System.Text.Json;
using Steward.Sandboxing.Workspaces;

namespace Steward.Agents.Declarations;

public static partial class DeclarationReader
{
    private static ToolGrants Tools(JsonElement root, Dictionary<string, SettingDeclaration> settings, bool isKept)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        IReadOnlyList<string> hosts = [], browserHosts = [], channels = [], agents = [], repositories = [], paths = [];
        foreach (var member in Object(root, "tools")?.EnumerateObject() ?? default)
        {
            var path = $"tools.{member.Name}";
            switch (member.Name)
            {
                case "http":
                    Only(member.Value, $"{path}.", "hosts");
                    hosts = [.. Texts(member.Value, "hosts", path).Select(host => Host(host, settings, path))];
                    break;
                case "browser":
                    Only(member.Value, $"{path}.", "hosts");
                    browserHosts = [.. Texts(member.Value, "hosts", path).Select(host => Host(host, settings, path))];
                    break;
                case "notify":
                    Only(member.Value, $"{path}.", "channels");
                    channels = [.. Texts(member.Value, "channels", path).Select(name => Channel(name, path, isKept)).Distinct()];
                    break;
                case "agents":
                    Only(member.Value, $"{path}.", "names");
                    agents = [.. Texts(member.Value, "names", path).Select(name => StandsFor(name, settings, SettingType.List, $"{path}.names") ? name : AgentName(name, $"{path}.names"))];
                    break;
                case "github":
                    Only(member.Value, $"{path}.", "repositories");
                    repositories = member.Value.TryGetProperty("repositories", out _)
                        ? [.. Texts(member.Value, "repositories", path).Select(name => StandsFor(name, settings, SettingType.Text, $"{path}.repositories") ? name : Repository(name, $"{path}.repositories"))]
                        : [];
                    break;
                case "files":
                    Only(member.Value, $"{path}.", "paths");
                    paths = member.Value.TryGetProperty("paths", out _) ? [.. Texts(member.Value, "paths", path).Select(name => FolderPath(name, $"{path}.paths")).Distinct()] : [];
                    break;
                case var name when ToolNames.Contains(name):
                    Only(member.Value, $"{path}.");
                    break;
                default:
                    throw new FaultException(path, $"There is no tool '{member.Name}'. There are {string.Join(", ", ToolNames)}.");
            }

            names.Add(member.Name);
        }

        return new ToolGrants(names, hosts, browserHosts, channels, agents, repositories) { Paths = paths };
    }

    private static string FolderPath(string text, string path) => Workspace.IsPath(text) ? text : throw new FaultException(path, $"'{text}' is not a path in the agent's folder, such as 'logs' or 'reports/today.txt'.");
}
