using System.Text;
using Microsoft.Extensions.Options;
using Steward.Agents.Declarations;
using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>
/// The compiler, in a box. The first job costs its start, about a second; the process then stays for a while, because who
/// compiles once will compile again.
/// </summary>
internal sealed class CompilerProcess(AgentLanguage language, Sandbox sandbox, IOptions<AgentsOptions> options, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>The code of the refusal when a source took more time or memory than it may.</summary>
    public const string Ended = "compiler-ended";

    // An answer holds the assembly in base64: room for sources of a megabyte and what the compiler says about them.
    private const int LongestAnswer = 32 << 20;

    // Seconds of processor time, which a busy machine may be slow to give.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly SemaphoreSlim one = new(1);
    private RunningBox? box;
    private Lines? answers;
    private ITimer? leaving;
    private long last;

    /// <summary>Compiles one file.</summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="source">The file's text.</param>
    /// <param name="cancellationToken">Cancels; the compiler is then started anew for the next job.</param>
    public Task<Outcome<Compiled>> CompileAsync(string name, string source, CancellationToken cancellationToken) => AskAsync(name, source, check: false, cancellationToken);

    /// <summary>
    /// Compiles one file that nobody has read (C# only): formats it, and holds it and its declaration against the rules for such a
    /// file. There is an assembly only when nothing is wrong; lines and columns are those of <see cref="Compiled.Formatted"/>.
    /// </summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="source">The file's text.</param>
    /// <param name="cancellationToken">Cancels; the compiler is then started anew for the next job.</param>
    public async Task<Outcome<Compiled>> CheckAsync(string name, string source, CancellationToken cancellationToken)
    {
        if (language != AgentLanguage.Csharp)
        {
            return new Refusal(RefusalKind.Invalid, "not-checked", "Only agents in C# can be checked, and what is not checked is not published by itself.", "language");
        }

        var answer = await AskAsync(name, source, check: true, cancellationToken);
        return answer.IsRefused ? answer.Refusal
            : answer.Value is { Declaration: { } json } checkedSource && DeclarationReader.Read(json) is { IsRefused: true, Refusal: { } refusal } ? Without(checkedSource, refusal)
            : answer.Value;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        leaving?.Dispose();
        await LeaveAsync();
        one.Dispose();
    }

    private static Compiled Without(Compiled compiled, Refusal refusal)
    {
        var lines = (compiled.Formatted ?? "").Split('\n');
        var line = Array.FindIndex(lines, one => one.StartsWith("[Declaration", StringComparison.Ordinal));
        return compiled with { Assembly = null, Diagnostics = [.. compiled.Diagnostics, new CompilerMessage("AGENT141", "error", $"{refusal.Field}: {refusal.Message}", Math.Max(line, 0) + 1, 1)] };
    }

    private async Task<Outcome<Compiled>> AskAsync(string name, string source, bool check, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (await StartedAsync() is { } refusal)
            {
                return refusal;
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            ending.CancelAfter(Longest);
            var isAnswered = false;
            try
            {
                var number = ++last;
                await box!.Input.WriteAsync(Encoding.UTF8.GetBytes(Json.Write(new { number, name, source, check }) + "\n"), ending.Token);
                await box.Input.FlushAsync(ending.Token);
                if (await answers!.NextAsync(ending.Token) is { IsCut: false } line)
                {
                    var answer = Json.Read<Answer>(line.Text);
                    isAnswered = answer.Number == number;
                    return isAnswered ? answer.Compiled : throw new InvalidOperationException($"The compiler answered job {answer.Number} in the place of job {number}.");
                }
            }
            catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Its end is told below; what it was is in no one's interest but the agent's author's.
            }
            finally
            {
                // Whoever asks next would wait for this source, and be given this answer.
                if (!isAnswered)
                {
                    await LeaveAsync();
                }
            }

            return new Refusal(RefusalKind.Invalid, Ended, $"The compiler took more than {Longest.TotalSeconds:0} s or more memory than it may have over this source. Make it smaller.", "source");
        }
        finally
        {
            leaving?.Dispose();
            leaving = clock.CreateTimer(_ => _ = LeaveWhenIdleAsync(), null, options.Value.CompilerStays, Timeout.InfiniteTimeSpan);
            one.Release();
        }
    }

    private async Task<Refusal?> StartedAsync()
    {
        if (box is { IsOver: false })
        {
            return null;
        }

        await LeaveAsync();
        var started = await sandbox.StartAsync(AgentHostProgram.Compiler(language));
        if (started.IsRefused)
        {
            return started.Refusal;
        }

        box = started.Value;
        answers = new Lines(box.Output, LongestAnswer);
        _ = box.Errors.CopyToAsync(Stream.Null);
        return null;
    }

    private async Task LeaveWhenIdleAsync()
    {
        if (await one.WaitAsync(TimeSpan.Zero))
        {
            await LeaveAsync();
            one.Release();
            // Sources, assemblies and answers went through this process as well, and .NET keeps the room that they took until
            // something else wants it. Nobody waits at this moment.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private async Task LeaveAsync()
    {
        if (box is { } ended)
        {
            box = null;
            await ended.DisposeAsync();
        }
    }

    private sealed record Answer(long Number, Compiled Compiled);
}
