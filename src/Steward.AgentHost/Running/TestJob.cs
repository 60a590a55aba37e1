using System.Diagnostics;
using System.Reflection;
using Steward.Agents.Sdk.Testing;

namespace Steward.AgentHost.Running;

/// <summary>The tests of an agent. The job has how many bytes its <c>assembly</c> has, which follow.</summary>
internal static class TestJob
{
    // What is wrong is in its beginning, and the server takes a line of 64 KB.
    private const int LongestFault = 2000;

    /// <summary>Waits for the job and answers a line for each test, then an empty one.</summary>
    public static void Run(Wire wire)
    {
        if (wire.Read() is not { } job)
        {
            return;
        }

        foreach (var test in LoadedAgent.Load(wire.ReadBytes(job.RootElement.GetProperty("assembly").GetInt32())).GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<AgentTestAttribute>() is not null))
        {
            wire.Write(RunAsync(test).GetAwaiter().GetResult());
        }

        wire.Write(new TestOutcome("", true, null, 0));
    }

    private static async Task<TestOutcome> RunAsync(MethodInfo test)
    {
        var (begun, asked) = (Stopwatch.GetTimestamp(), Expect.Asked);
        string? fault = null;
        try
        {
            if (!test.IsStatic || test.ReturnType != typeof(Task) || test.GetParameters() is not [{ ParameterType: var bench }] || bench != typeof(TestBench))
            {
                fault = "A test is a public static method that takes a TestBench and gives a Task.";
            }
            else
            {
                await (Task)test.Invoke(null, [new TestBench()])!;
                fault = Expect.Asked == asked ? "It expects nothing, and so proves nothing: use Expect." : null;
            }
        }
        catch (Exception e)
        {
            var reason = LoadedAgent.Unwrap(e);
            fault = reason is ExpectationException ? reason.Message : $"{reason.GetType().Name}: {reason.Message}";
        }

        return new TestOutcome(test.Name, fault is null, fault?.Length > LongestFault ? $"{fault[..LongestFault]} ... ({fault.Length} characters)" : fault, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }
}

/// <summary>How a test went; without a name it is the end of the list.</summary>
internal sealed record TestOutcome(string Name, bool Passed, string? Fault, double Milliseconds);
