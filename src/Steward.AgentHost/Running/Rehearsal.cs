using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Running;

/// <summary>
/// A run of an agent that does nothing, before the job comes: what .NET has to load and compile for any run is then there,
/// and a process that was parked answers in milliseconds. Nothing of it leaves the process.
/// </summary>
internal static class Rehearsal
{
    /// <summary>Plays it.</summary>
    public static async Task RunAsync()
    {
        var answers = new Pipe();
        await answers.Writer.WriteAsync(Line(new JsonObject
        {
            ["assembly"] = "", ["run"] = new JsonObject { ["agent"] = "rehearsal", ["id"] = "0", ["number"] = 1, ["attempt"] = 1, ["trigger"] = "test" },
            ["settings"] = new JsonObject { ["text"] = "x", ["number"] = 1 }, ["handoff"] = new JsonObject { ["n"] = 1 }, ["seconds"] = 60,
        }));
        await RunJob.RunAsync(new Wire(answers.Reader.AsStream(), new Answering(answers.Writer)), static _ =>
        {
            // What is loaded does not matter; that something was loaded this way does.
            LoadedAgent.Load(File.ReadAllBytes(typeof(Agent).Assembly.Location));
            return new Idle();
        });
        await answers.Writer.CompleteAsync();
    }

    private static byte[] Line(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString() + "\n");

    private sealed class Idle : Agent
    {
        public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
        {
            var answer = await context.Http.GetAsync(new Uri("https://example.org/"), cancellationToken);
            var last = context.Last<State>() ?? new State(0);
            await Console.Error.WriteAsync("");
            return AgentResult.Success($"{answer.Status} {context.Settings.Text("text")} {context.Settings.Number("number"):0}", last with { N = last.N + 1 });
        }

        private sealed record State(int N);
    }

    // Answers each call as a server would.
    private sealed class Answering(PipeWriter answers) : Stream
    {
        private readonly Stream back = answers.AsStream(leaveOpen: true);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var reader = new Utf8JsonReader(buffer);
            var id = JsonElement.ParseValue(ref reader).GetProperty("id").GetInt32();
            var content = new JsonObject { ["status"] = 200, ["body"] = "ok", ["contentType"] = "text/plain", ["milliseconds"] = 1 };
            back.Write(Line(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = new JsonObject { ["structuredContent"] = content } }));
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
