using System.Text;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Running;

/// <summary>
/// A run of an agent that does nothing, before the job comes: what .NET has to load and compile for any run is then there,
/// and a process that was parked answers in milliseconds. Nothing of it leaves the process. It costs processor time for each
/// process that is parked, so it plays no more than what every run goes through.
/// </summary>
internal static class Rehearsal
{
    private const string Job =
        """
        {"assembly":0,"run":{"agent":"rehearsal","id":"0","number":1,"attempt":1,"trigger":"test"},"settings":{},"handoff":{"n":1},"seconds":60}
        {"jsonrpc":"2.0","id":1,"result":{"structuredContent":{}}}

        """;

    /// <summary>Plays it.</summary>
    public static void Play() => RunJob.Run(new Wire(new MemoryStream(Encoding.UTF8.GetBytes(Job)), Stream.Null), static (_, _) =>
    {
        // What is loaded does not matter; that something was loaded this way does.
        LoadedAgent.Load(File.ReadAllBytes(typeof(Agent).Assembly.Location));
        return new Idle();
    });

    private sealed class Idle : Agent
    {
        public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
        {
            await Console.Error.WriteAsync("");
            return AgentResult.Success("played");
        }
    }
}
