using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Steward.Connectors.Web;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Tests.Web;

/// <summary>A name whose meaning changes leads nobody inside: what was checked is what is connected to.</summary>
public sealed class RebindingTests : IDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("9.9.9.9");

    private readonly TcpListener inside = new(IPAddress.Loopback, 0);
    private readonly Queue<IPAddress[]> answers = new();
    private int lookUps;

    public RebindingTests() => inside.Start();

    [Fact]
    public async Task A_name_that_means_a_public_and_a_private_address_is_refused()
    {
        answers.Enqueue([Public, IPAddress.Loopback]);

        Assert.Equal("private-address", (await Assert.ThrowsAsync<WebFaultException>(() => AskAsync(""))).Code);
        Assert.False(inside.Pending());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("0.0.0.0")]
    public async Task A_name_that_was_public_before_and_means_something_inside_now_is_refused(string address)
    {
        answers.Enqueue([IPAddress.Parse(address)]);

        Assert.Equal("private-address", (await Assert.ThrowsAsync<WebFaultException>(() => AskAsync(""))).Code);
        Assert.Equal(1, lookUps);
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task A_name_is_looked_up_once_and_what_it_means_later_is_not_connected_to()
    {
        // Its owner allowed this name, so that it may be connected to here.
        answers.Enqueue([IPAddress.Loopback]);
        answers.Enqueue([Public]);
        var served = ServeAsync();

        Assert.Equal("inside", (await AskAsync("rebinding.test")).Body);
        Assert.Equal(1, lookUps);
        await served;
    }

    public void Dispose() => inside.Dispose();

    private Task<WebAnswer> AskAsync(string privateHosts)
    {
        var redactor = new Redactor();
        var dialer = new Dialer(Options.Create(new WebOptions { PrivateHosts = privateHosts }), (_, _) =>
        {
            lookUps++;
            return Task.FromResult(answers.Dequeue());
        });
        var client = new Steward.Connectors.Web.WebClient(dialer, new WebCalls(redactor), redactor, TimeProvider.System);
        return client.GetAsync(new Uri($"http://rebinding.test:{((IPEndPoint)inside.LocalEndpoint).Port}/"), host => host == "rebinding.test", null, TestContext.Current.CancellationToken);
    }

    private async Task ServeAsync()
    {
        using var client = await inside.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[1 << 10], 16, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\ninside"u8.ToArray(), TestContext.Current.CancellationToken);
    }
}
