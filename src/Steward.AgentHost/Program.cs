using Steward.AgentHost.Compiling;
using Steward.AgentHost.Running;

namespace Steward.AgentHost;

/// <summary>
/// Compiles, tests and runs agents for the server, inside a sandbox: the only place where foreign code is loaded.
/// <c>compile</c> answers jobs line by line until its input ends; <c>test</c> and <c>run</c> take one job and end.
/// <c>forward</c> loads nothing: it stands between a browser in a box and the server.
/// </summary>
internal static class Program
{
    private const int WrongCommand = 64;

    private static async Task<int> Main(string[] args)
    {
        if (args is ["forward", var socket, var port, .. var program])
        {
            return await Forwarder.RunAsync(socket, port, program);
        }

        var wire = Wire.Open();
        switch (args)
        {
            case ["compile"]:
                await CompileJobs.RunAsync(wire);
                return 0;
            case ["test"]:
                await TestJob.RunAsync(wire);
                return 0;
            case ["run"]:
                return await RunJob.RunAsync(wire);
            default:
                await Console.Error.WriteLineAsync("usage: compile | test | run | forward SOCKET PORT PROGRAM...");
                return WrongCommand;
        }
    }
}
