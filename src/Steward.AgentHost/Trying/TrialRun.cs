using System.Globalization;
using System.Text.Json;
using System.Xml;
using Steward.AgentHost.Running;
using Steward.Agents.Sdk;
using Steward.Agents.Sdk.Testing;
using Steward.Agents.Sdk.Tools;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.AgentHost.Trying;

/// <summary>One run of the agent in a situation, and what was wrong about it.</summary>
internal sealed class TrialRun(Type agent, JsonElement settings, Samples samples)
{
    /// <summary>How many messages a run may send.</summary>
    public const int MostMessages = 20;

    /// <summary>How long a handoff may be, as JSON.</summary>
    public const int LongestHandoff = 10_000;

    private const int LongestMessage = 4000;
    private const int LongestHeard = 20_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UntilCancelled = TimeSpan.FromMilliseconds(100);

    // Runs one after the other go through the samples together.
    private readonly SampleTurn turn = new();
    private string? secret;

    /// <summary>What the run found and left.</summary>
    public ScriptedTools Own { get; init; } = new();

    /// <summary>What it finds from the run before.</summary>
    public JsonElement? Handoff { get; set; }

    /// <summary>When it is.</summary>
    public DateTimeOffset Now { get; set; } = samples.Start;

    /// <summary>Which run it is.</summary>
    public long Number { get; set; } = 1;

    /// <summary>Runs it; a fault says what it did that it should not, and what it should do.</summary>
    /// <param name="behaviour">How the tools behave.</param>
    /// <param name="isCancelled">Whether the run is called off before it begins.</param>
    public Ended Run(Behaviour behaviour, bool isCancelled = false)
    {
        using var cancelling = new CancellationTokenSource();
        var tools = new TrialTools(behaviour, samples, turn, Own, cancelling, Hear);
        if (isCancelled)
        {
            cancelling.Cancel();
        }

        var context = new AgentContext(
            new RunInfo("trial", $"run-{Number}", Number, 1, samples.Payload is null ? "schedule" : "webhook", samples.Payload), new AgentSettings(settings), Handoff, new TrialClock(Now), new AgentLog((_, line) => Hear(line)), tools);
        var running = Task.Run(async () => await ((Agent)Activator.CreateInstance(agent)!).RunAsync(context, cancelling.Token));
        var willBeCancelled = isCancelled || behaviour.Hangs || behaviour.CancelAt > 0;
        if (behaviour.Hangs && !Ends(running, UntilCancelled))
        {
            cancelling.Cancel();
        }

        if (!Ends(running, willBeCancelled ? ToEnd : Longest))
        {
            return new Ended(null, tools, IsStuck: true, willBeCancelled
                ? $"it was called off and did not end within {ToEnd.TotalSeconds:0} s. Pass the cancellation token to everything that waits, and look at it in long loops."
                : $"it did not end within {Longest.TotalSeconds:0} s though all tools answer at once. Give every loop an end.");
        }

        var thrown = running.Exception is { } all ? LoadedAgent.Unwrap(all.GetBaseException()) : null;
        var result = running.IsCompletedSuccessfully ? running.GetAwaiter().GetResult() : null;
        Hear($"{result?.Text} {result?.Handoff}");
        return new Ended(result, tools, IsStuck: false, Fault(tools, thrown, result, running.IsCompletedSuccessfully, cancelling.IsCancellationRequested)) { Thrown = thrown?.Message };
    }

    /// <summary>Waits for the end of something that computes.</summary>
    public static bool Ends(Task task, TimeSpan within)
    {
        var used = Environment.CpuUsage.TotalTime;
        var over = ((IAsyncResult)task).AsyncWaitHandle;
        // On a machine that has other things to do, time goes by without this process: then it gets more of it.
        return over.WaitOne(within) || (Environment.CpuUsage.TotalTime - used < within / 2 && over.WaitOne(within * 3));
    }

    // However it was put together: what neither a setting nor a tool gave stands in the source.
    private void Hear(string text)
    {
        text = text.Cut(LongestHeard);
        secret ??= (Redactor.SecretIn(text) ?? Redactor.LoginIn(text)) is { } found && !settings.GetRawText().Contains(found, StringComparison.Ordinal) && !samples.Hold(found) ? found : null;
    }

    private string? Fault(TrialTools tools, Exception? thrown, AgentResult? result, bool isOver, bool isCalledOff) =>
        tools.Messages > MostMessages ? $"it sent {tools.Messages} messages in one run; {MostMessages} are the most. Put what belongs together into one message, and bound the list."
        : secret is not null ? $"it says or gives away '{secret[..Math.Min(4, secret.Length)]}...', which is a secret by its look. Nobody's secret belongs into a source: declare a setting for what its owner has to give."
        : tools.IgnoresToken ? "it was called off, and went on calling tools with a token that does not end with the run. Pass the token of RunAsync on."
        : thrown is OutOfMemoryException ? "it wanted more memory than it may have. Bound what is read and kept, and every recursion over text from outside."
        : thrown is not null && IsMistake(thrown) ? $"it threw {thrown.GetType().Name}: {Cut(thrown.Message)} Look at what comes from outside before you use it (TryGetProperty, ValueKind, FirstOrDefault, TryParse), catch JsonException where you read JSON, and give AgentResult.Failure with the reason."
        : isOver && result is null ? "it gave no result. Give AgentResult.Success or AgentResult.Failure."
        : isCalledOff && tools.WasEnded && result is { IsSuccess: true } ? "it was called off, and says that it succeeded. Do not catch OperationCanceledException."
        : result?.Handoff is { } handoff && handoff.GetRawText().Length > LongestHandoff ? string.Create(CultureInfo.InvariantCulture, $"it hands on {handoff.GetRawText().Length:N0} characters; {LongestHandoff:N0} are the most. Keep the newest alone (TakeLast), and cut long texts.")
        : tools.LongestMessage > LongestMessage ? $"it sent a message of more than {LongestMessage} characters. Cut what comes from outside, and bound the list."
        : null;

    // What a look before would have avoided. That a tool failed, and what an agent throws itself, is told.
    private bool IsMistake(Exception thrown) => thrown is not (ToolException or OperationCanceledException) && thrown.GetType().Assembly != agent.Assembly
        && thrown is NullReferenceException or IndexOutOfRangeException or KeyNotFoundException or InvalidCastException or InvalidOperationException or ArgumentException or FormatException or ArithmeticException or JsonException or XmlException
            or NotSupportedException or TimeoutException or NotImplementedException or TimeZoneNotFoundException or InvalidTimeZoneException or InsufficientExecutionStackException or ExpectationException;

    private static string Cut(string text) => text.Cut(300, " ...");
}

/// <summary>How a run ended.</summary>
/// <param name="Result">What it said; null when it threw or did not end.</param>
/// <param name="Tools">What it asked of the tools.</param>
/// <param name="IsStuck">Whether it goes on still: nothing else can be tried in this process.</param>
/// <param name="Fault">What was wrong; null for nothing.</param>
internal sealed record Ended(AgentResult? Result, TrialTools Tools, bool IsStuck, string? Fault)
{
    /// <summary>What it threw.</summary>
    public string? Thrown { get; init; }
}
