using Steward.AgentHost.Compiling;
using Steward.AgentHost.Running;
using Steward.AgentHost.Trying;

namespace Steward.AgentHost;

/// <summary>
/// Compiles, checks, tests, tries and runs agents for the server, inside a sandbox: the only place where foreign code is loaded.
/// <c>compile</c> answers jobs line by line until its input ends; <c>test</c>, <c>trial</c> and <c>run</c> take one job and end;
/// <c>park</c> is a <c>run</c> that makes itself ready before its job comes.
/// <c>forward</c> loads nothing: it stands between a browser in a box and the server.
/// </summary>
/// <remarks>
/// A run is to begin in a few hundredths of a second, most of which is compiling at start: so what leads to the agent waits
/// on its own thread instead of asynchronously, and reads and writes JSON without reflection.
/// </remarks>
internal static class Program
{
    private const int WrongCommand = 64;

    private static int Main(string[] args)
    {
        if (args is ["forward", var socket, var port, .. var program])
        {
            return Forwarder.RunAsync(socket, port, program).GetAwaiter().GetResult();
        }

        var wire = Wire.Open();
        switch (args)
        {
            case ["compile"]:
                CompileJobs.Run(wire);
                return 0;
            case ["test"]:
                TestJob.Run(wire);
                return 0;
            case ["trial"]:
                TrialJob.Run(wire);
                return 0;
            case ["park"]:
                Rehearsal.Play();
                return RunJob.Run(wire);
            case ["run"]:
                return RunJob.Run(wire);
            default:
                Console.Error.WriteLine("usage: compile | test | trial | run | park | forward SOCKET PORT PROGRAM...");
                return WrongCommand;
        }
    }
}
