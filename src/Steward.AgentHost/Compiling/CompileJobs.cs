namespace Steward.AgentHost.Compiling;

/// <summary>Compiles one job after the other: the first costs a second, the others a few hundredths.</summary>
internal static class CompileJobs
{
    public static async Task RunAsync(Wire wire)
    {
        var compiler = new Compiler();
        while (await wire.ReadAsync<CompileJob>() is { } job)
        {
            wire.Write(compiler.Compile(job));
        }
    }
}
