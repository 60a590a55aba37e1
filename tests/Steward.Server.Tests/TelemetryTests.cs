using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Testing;

namespace Steward.Server.Tests;

public sealed partial class TelemetryTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_of_the_log_is_json_and_none_holds_a_key()
    {
        var (_, key) = await server.MakeKeyAsync("anna", "read");
        await server.GetAsync("/api/stop", key);
        await server.GetAsync($"/api/{key}", key);
        await Eventually.HoldsAsync(() => server.Log.Contains("answered 404", StringComparison.Ordinal), "the requests are in the log", Cancellation);

        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.All(lines, line =>
        {
            Assert.EndsWith("Z", (string?)line["timestamp"], StringComparison.Ordinal);
            Assert.NotEmpty((string)line["level"]!);
            Assert.NotEmpty((string)line["logger"]!);
            Assert.NotNull(line["message"]);
        });
        Assert.DoesNotContain(server.ShownKey!, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(key, server.Log, StringComparison.Ordinal);
        Assert.Contains("/api/[redacted]", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_part_of_an_address_is_not_in_the_log()
    {
        await server.PostAsync("/webhooks/railway-webhook/a-guess-that-might-be-right", key: null);

        await Eventually.HoldsAsync(() => server.Log.Contains("/webhooks/railway-webhook/***", StringComparison.Ordinal), "the request is in the log", Cancellation);
        Assert.DoesNotContain("a-guess-that-might-be-right", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/hooks/lines/SECRET")]
    [InlineData("PUT", "/hooks/lines/SECRET")]
    [InlineData("POST", "/hooks/lines/SECRET/")]
    [InlineData("POST", "/hooks/lines/SECRET/more")]
    [InlineData("POST", "/hooks/SECRET")]
    [InlineData("POST", "/HOOKS/lines/SECRET")]
    [InlineData("POST", "//hooks/lines/SECRET")]
    [InlineData("POST", "/hooks//lines//SECRET")]
    [InlineData("POST", "/%2Fhooks/lines/SECRET")]
    [InlineData("POST", "/h%6Foks/lines/SECRET/x")]
    [InlineData("POST", "/api/hooks/lines/SECRET")]
    [InlineData("POST", "/hooks/lines/SECRET;x")]
    [InlineData("GET", "/webhooks/railway-webhook/SECRET")]
    [InlineData("POST", "/webhooks/railway-webhook/SECRET/more")]
    [InlineData("PUT", "/Webhooks/n8n/SECRET")]
    [InlineData("POST", "/api/webhooks/n8n/SECRET")]
    public async Task What_is_below_the_address_of_a_webhook_is_written_down_nowhere(string method, string path)
    {
        var secret = $"B82ZXU6V{Guid.CreateVersion7():N}";
        var spans = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var listening = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => System.Diagnostics.ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.Enqueue($"{span.DisplayName} {string.Join(' ', span.TagObjects.Where(tag => span.Kind == System.Diagnostics.ActivityKind.Server).Select(tag => tag.Value))}"),
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listening);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{server.Address.AbsoluteUri.TrimEnd('/')}{path.Replace("SECRET", secret, StringComparison.Ordinal)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var id = $"hook-{Guid.CreateVersion7():N}";
        request.Headers.Add("X-Correlation-Id", id);

        using var answer = await http.SendAsync(request, Cancellation);

        await Eventually.HoldsAsync(() => server.Log.Split('\n').Any(line => line.Contains(id, StringComparison.Ordinal) && line.Contains("answered", StringComparison.Ordinal)), "the request is in the log", Cancellation);
        Assert.DoesNotContain(secret, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await server.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(spans, span => span.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deploy-pr-7-1763640000", true)]
    [InlineData("has a space", false)]
    [InlineData("", false)]
    public async Task A_sound_correlation_id_is_kept_and_any_other_replaced(string sent, bool kept)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/nothing");
        request.Headers.TryAddWithoutValidation("X-Correlation-Id", sent);

        using var answer = await http.SendAsync(request, Cancellation);

        var id = Assert.Single(answer.Headers.GetValues("X-Correlation-Id"));
        Assert.Equal(kept, id == sent);
        await Eventually.HoldsAsync(() => server.Log.Contains($"\"correlation_id\":\"{id}\"", StringComparison.Ordinal), "the id is in the log", Cancellation);
    }

    [Fact]
    public async Task Metrics_are_in_the_prometheus_text_format()
    {
        await server.GetAsync("/api/stop");
        var metrics = await server.GetAsync("/metrics");

        Assert.Equal(200, metrics.Status);
        var types = new Dictionary<string, string>();
        foreach (var line in metrics.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                Assert.True(types.TryAdd(parts[2], parts[3]), $"{parts[2]} comes twice");
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var name = sample.Groups["name"].Value;
                Assert.True(types.ContainsKey(name) || types.GetValueOrDefault(Part().Replace(name, "")) == "histogram", line);
            }
        }

        Assert.Equal("histogram", types["http_server_request_duration_seconds"]);
        Histogram(metrics.Body, "http_server_request_duration_seconds");
    }

    private static void Histogram(string body, string name)
    {
        var series = body.Split('\n').Where(line => line.StartsWith($"{name}_bucket{{", StringComparison.Ordinal)).ToLookup(line => line[..line.IndexOf("le=", StringComparison.Ordinal)]);
        Assert.Contains(series, one => one.Key.Contains("http_route=\"/api/stop", StringComparison.Ordinal));
        foreach (var one in series)
        {
            var counts = one.Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(counts.Order(), counts);
            Assert.Contains("le=\"+Inf\"", one.Last(), StringComparison.Ordinal);
            Assert.True(counts[^1] >= 1, one.Key);
        }
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (?:[-+]?[0-9.eE+-]+|NaN|[-+]Inf)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Part();
}
