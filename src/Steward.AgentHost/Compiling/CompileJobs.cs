using System.Text.Json;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Compiling;

/// <summary>Compiles one job after the other: the first costs a second, the others a few hundredths.</summary>
internal static class CompileJobs
{
    public static void Run(Wire wire)
    {
        var compiler = new Compiler();
        while (wire.Read() is { } job)
        {
            wire.Write(compiler.Compile(job.Deserialize<CompileJob>(AgentJson.Options)!));
        }
    }
}
