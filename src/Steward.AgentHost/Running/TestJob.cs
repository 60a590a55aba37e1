using System.Diagnostics;
using System.Reflection;
using Steward.Agents.Sdk.Testing;
using Steward.Agents.Sdk.Trying;
using Steward.Kernel;

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

        foreach (var test in Tests(LoadedAgent.Load(wire.ReadBytes(job.RootElement.GetProperty("assembly").GetInt32()))))
        {
            wire.Write(RunAsync(test).GetAwaiter().GetResult());
        }

        wire.Write(new TestOutcome("", true, null, 0));
    }

    /// <summary>The tests of an agent.</summary>
    public static IEnumerable<MethodInfo> Tests(Assembly assembly) => assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<AgentTestAttribute>() is not null);

    /// <summary>What a test says is wrong; null when it passes.</summary>
    public static async Task<string?> FaultAsync(MethodInfo test, TestBench bench)
    {
        var asked = Trial.Asked;
        try
        {
            if (!test.IsStatic || test.ReturnType != typeof(Task) || test.GetParameters() is not [{ ParameterType: var taken }] || taken != typeof(TestBench))
            {
                return "A test is a public static method that takes a TestBench and gives a Task.";
            }

            await (Task)test.Invoke(null, [bench])!;
            return Trial.Asked == asked ? "It expects nothing, and so proves nothing: use Expect." : null;
        }
        catch (Exception e)
        {
            var reason = LoadedAgent.Unwrap(e);
            return reason is ExpectationException ? reason.Message : $"{reason.GetType().Name}: {reason.Message}";
        }
    }

    private static async Task<TestOutcome> RunAsync(MethodInfo test)
    {
        var begun = Stopwatch.GetTimestamp();
        var fault = await FaultAsync(test, new TestBench());
        return new TestOutcome(test.Name, fault is null, fault?.Cut(LongestFault, $" ... ({fault.Length} characters)"), Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }
}

/// <summary>How a test went; without a name it is the end of the list.</summary>
internal sealed record TestOutcome(string Name, bool Passed, string? Fault, double Milliseconds);
