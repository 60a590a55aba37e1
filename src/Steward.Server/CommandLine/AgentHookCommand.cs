using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents hook</c>: an address at which others start an agent.</summary>
internal static class AgentHookCommand
{
    public static Command Build()
    {
        var name = AgentCommands.Name();
        Option<bool> remove = new("--remove") { Description = "Take it away" };
        return new Command("hook", "Give an agent a webhook, or another address for the one that it has") { name, remove }.Does(async talk =>
        {
            var path = $"api/agents/{Uri.EscapeDataString(talk.Value(name))}/hook";
            if (talk.Value(remove))
            {
                var agent = await talk.SendAsync(HttpMethod.Delete, path);
                talk.Output.Show(agent, () => talk.Output.Line($"{agent.Text("name")} has no webhook any more."));
                return ExitCodes.Ok;
            }

            var hook = await talk.SendAsync(HttpMethod.Post, path);
            talk.Output.Show(hook, () =>
            {
                talk.Output.Line($"POST {new Uri(talk.Server.Address, hook.Text("path")!)}");
                talk.Output.Line("Whoever knows this address can start the agent. It is shown this once; the one before is good no more.");
            });
            return ExitCodes.Ok;
        });
    }
}
