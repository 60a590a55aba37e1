using System.Net;
using System.Net.Sockets;
using System.Text;
using Steward.Connectors.Railway;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Http;

/// <summary>A server that closes a connection in good order, which HTTP stacks take for an idle connection's end and repeat on another.</summary>
public sealed class ReusedConnectionTests : ConnectorTest
{
    private const string Answer = """{"data":{"buildLogs":[]}}""";
    private static readonly RailwayServiceRef Web = new("s1", "web");
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int changes;

    [Fact]
    public async Task A_change_that_a_reused_connection_swallowed_is_not_sent_on_another()
    {
        var serving = ServeAsync();
        Assert.Empty(await Railway.BuildLogsAsync("d1", 1, Ending));
        var permit = await PermitAsync(Get<RailwayCalls>().Rollback(Web, "d1"));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, Web, "d1", Ending));

        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.Equal(1, Volatile.Read(ref changes));
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        listener.Start();
        settings["Railway:Endpoint"] = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/graphql";
    }

    protected override ValueTask DisposeMoreAsync()
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(Ending);
            var stream = client.GetStream();
            while (await RequestAsync(stream) is { Length: > 0 } request)
            {
                if (request.Contains("DeploymentRollback", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref changes);
                    break;
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\n\r\n{Answer}"), Ending);
            }
        }
    }

    // A whole request, up to its Content-Length; empty when the client has gone.
    private static async Task<string> RequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, Ending);
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            var request = text.ToString();
            var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (head >= 0 && request.Length >= head + 4 + Length(request)))
            {
                return count == 0 ? "" : request;
            }
        }
    }

    private static int Length(string request) => int.Parse(
        request.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
}
