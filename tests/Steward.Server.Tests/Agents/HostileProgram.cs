using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Steward.Server.Tests.Agents;

/// <summary>
/// A program of the corpus: the body of an agent's method that tries one thing which no agent may, in a file of
/// <c>Hostile/</c>. Comments at its beginning say what has to come of it: <c>ends</c> (states of a run, by <c>|</c>),
/// <c>says</c> and <c>log</c> (patterns of the run's text and of a line of its log); what it declares: <c>tools</c> and
/// <c>limits</c>; and <c>more</c>, members beside the method. With <c>landlock-</c> before it a comment is for that class;
/// <c>by</c> says that the server itself refuses it, whatever holds the box.
/// </summary>
public sealed partial record HostileProgram(string Name, string Body, IReadOnlyDictionary<string, string> Notes)
{
    private const string Kit = """"
        // The number under which the host keeps the way to the server.
        private const int Way = 100;
        private static string Goal(string name) => (string)goals![name]!;
        private static System.Text.Json.Nodes.JsonNode? goals;
        private static AgentResult Breach(string what) => AgentResult.Success($"breach: {what}");
        private static string Kernel(long answer) => answer >= 0 ? $"{answer}" : throw new Refused(Marshal.GetLastPInvokeErrorMessage());
        private static nint Map(int rights, int how) => (nint)long.Parse(Kernel(syscall(9, 0, 1 << 20, rights, how, -1, 0)));
        private static void Fill(nint at, int bytes) { for (var n = 0; n < bytes; n += 4096) { Marshal.WriteByte(at, n, 1); } }
        private static FileStream Raw(int number) => new(new Microsoft.Win32.SafeHandles.SafeFileHandle(number, false), FileAccess.Write, 0);
        private static void Send(string line) { using var output = Raw(Way); output.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n")); }
        private static long Run(byte[] code)
        {
            var at = (nint)long.Parse(Kernel(syscall(9, 0, 4096, 7, 0x22, -1, 0)));
            Marshal.Copy(code, 0, at, code.Length);
            return Marshal.GetDelegateForFunctionPointer<Code>(at)();
        }
        private delegate int Code();
        [DllImport("libc", SetLastError = true)] private static extern long syscall(long number, long a, long b, long c, long d, long e, long f);
        private sealed class Refused(string message) : Exception(message);
        """";

    /// <summary>All of them, from beside the tests.</summary>
    public static IReadOnlyList<HostileProgram> All { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Agents", "Hostile"), "*.cs").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Whether the sandbox's class makes a difference.</summary>
    public bool IsHeldByBox => !Notes.ContainsKey("by");

    /// <summary>The agent.</summary>
    public string Source => $$""""
        using System.IO;
        using System.Runtime.InteropServices;

        [Declaration("""{ "purpose": "It is hostile.", "tools": { {{Note("tools", null)}} }, "limits": { {{Limits}} } }""")]
        public sealed class Hostile : Agent
        {
            public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                await Task.CompletedTask;
                goals = System.Text.Json.Nodes.JsonNode.Parse(context.Run.Payload!);
        {{Body}}
            }

            {{Note("more", null)}}
            {{Kit}}
        }
        """";

    private string Limits => Note("limits", null) is { Length: > 0 } given ? given.Contains("retries", StringComparison.Ordinal) ? given : $"{given}, \"retries\": 0" : "\"retries\": 0";

    /// <summary>Whether the run ended as it has to.</summary>
    public void Check(JsonNode run, IReadOnlyList<string> log, string sandbox)
    {
        var (state, text) = ((string)run["state"]!, (string?)run["text"] ?? "");
        var shown = $"{Name} ended as {state} in {run["sandbox"]}: {text}\n{string.Join('\n', log.Take(10))}";
        Assert.StartsWith(sandbox, (string?)run["sandbox"], StringComparison.Ordinal);
        Assert.False(text.StartsWith("breach", StringComparison.Ordinal), shown);
        Assert.True(Note("ends", sandbox).Split('|').Contains(state), shown);
        Assert.True(Regex.IsMatch(text, Note("says", sandbox)), shown);
        Assert.True(Note("log", sandbox) is not { Length: > 0 } pattern || log.Any(line => Regex.IsMatch(line, pattern)), shown);
    }

    private string Note(string name, string? sandbox) => sandbox is not null && Notes.TryGetValue($"{sandbox}-{name}", out var own) ? own : Notes.GetValueOrDefault(name, "");

    private static HostileProgram Read(string file)
    {
        var lines = File.ReadAllLines(file);
        var head = lines.Skip(1).TakeWhile(line => NoteLine().IsMatch(line)).Select(line => NoteLine().Match(line)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
        return new HostileProgram(Path.GetFileNameWithoutExtension(file), string.Join('\n', lines.Skip(1 + head.Count)), head);
    }

    [GeneratedRegex("^// ((?:landlock-)?(?:by|ends|says|log|tools|limits|more)): (.*)$")]
    private static partial Regex NoteLine();
}
