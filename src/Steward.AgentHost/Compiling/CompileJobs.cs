using System.Text.Json;
using Steward.AgentHost.Checking;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Compiling;

/// <summary>Compiles one job after the other: the first costs a second, the others a few hundredths; the first that is to be checked costs a few seconds more.</summary>
internal static class CompileJobs
{
    public static void Run(Wire wire)
    {
        var compiler = new Compiler();
        using var checker = new Checker(compiler);
        while (wire.Read() is { } line)
        {
            var job = line.Deserialize<CompileJob>(AgentJson.Options)!;
            wire.Write(new CompileAnswer(job.Number, job.Check ? checker.Check(job) : compiler.Compile(job)));
        }
    }
}
