using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Server.Telemetry;

/// <summary>Writes the log: one JSON object a line, redacted.</summary>
internal sealed class JsonLog(Stream output, Redactor redactor, TimeProvider clock) : ILoggerProvider, ISupportExternalScope
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Names that a message's own values must not take.
    private static readonly HashSet<string> Taken = ["timestamp", "level", "logger", "message", "exception", "trace_id", "correlation_id"];

    // What the framework adds to every line about a request: the trace id and the request's own line say it.
    private static readonly HashSet<string> Noise = ["{OriginalFormat}", "ConnectionId", "RequestId", "RequestPath", "SpanId", "TraceId", "ParentId"];

    private readonly Lock writing = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose() => output.Flush();

    private void Write<TState>(string category, LogLevel level, TState state, Exception? error, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", UtcTime.ToText(clock.GetUtcNow()));
            json.WriteString("level", level.ToString());
            json.WriteString("logger", category);
            json.WriteString("message", redactor.Redact(message));
            if (Activity.Current is { } span)
            {
                json.WriteString("trace_id", span.TraceId.ToString());
            }

            // The innermost scope and the message itself win over what stands around them.
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            scopes.ForEachScope(static (scope, into) => Collect(scope, into), values);
            if (values.Remove("correlation_id", out var correlation))
            {
                json.WriteString("correlation_id", redactor.Redact(correlation?.ToString() ?? ""));
            }

            Collect(state, values);
            foreach (var (name, value) in values)
            {
                WriteValue(json, Taken.Contains(name) ? $"{name}_value" : name, value);
            }

            if (error is not null)
            {
                json.WriteString("exception", redactor.Redact(error.ToString()));
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        lock (writing)
        {
            output.Write(buffer.WrittenSpan);
            output.Flush();
        }
    }

    private static void Collect(object? state, Dictionary<string, object?> into)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            foreach (var (name, value) in pairs)
            {
                if (!Noise.Contains(name))
                {
                    into[Snake(name)] = value;
                }
            }
        }
    }

    private void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                // With its name before it, so that a value is recognised by what it is called, too.
                var text = redactor.Redact($"{name}={Convert.ToString(value, CultureInfo.InvariantCulture)}");
                json.WriteString(name, text.StartsWith($"{name}=", StringComparison.Ordinal) ? text[(name.Length + 1)..] : text);
                break;
        }
    }

    // ElapsedMs is elapsed_ms.
    private static string Snake(string name) => string.Concat(name.Select((letter, at) =>
        char.IsUpper(letter) ? (at > 0 && !char.IsUpper(name[at - 1]) ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private sealed class Logger(JsonLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.scopes.Push(state);

        // Levels are the filters' work.
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(category, logLevel, state, exception, formatter(state, exception));
    }
}
