using System.Net;
using System.Net.Sockets;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Http;

public abstract class UnreachableTests : ConnectorTest
{
    private static readonly RailwayServiceRef Web = new("s1", "web");

    protected abstract string Endpoint { get; }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Railway:Endpoint"] = Endpoint;
    }

    [Fact]
    public async Task A_change_that_never_left_is_known_not_to_have_happened()
    {
        var call = Get<RailwayCalls>().Rollback(Web, "d1");
        var permit = await PermitAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, Web, "d1", Ending));

        Assert.Equal((true, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.IsType<GateAnswer.Permitted>(await AskAsync(call));
    }

    public sealed class NobodyListens : UnreachableTests
    {
        protected override string Endpoint
        {
            get
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/graphql";
            }
        }
    }

    public sealed class NoTls : UnreachableTests
    {
        protected override string Endpoint => World.RailwayEndpoint.ToString().Replace("http://", "https://", StringComparison.Ordinal);
    }
}
