using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Railway;

public abstract class RailwayTokenTests(string kind) : StubTest
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Railway:TokenKind"] = kind;
    }

    protected async Task<IReadOnlyDictionary<string, string>> HeadersAsync()
    {
        await AnswerAsync(200, """{"errors":[{"message":"Not Authorized"}]}""");
        await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("d1", Ending));
        return Assert.Single(Stub.Requests);
    }

    public sealed class Account() : RailwayTokenTests("account")
    {
        [Fact]
        public async Task An_account_token_travels_as_a_bearer()
        {
            var headers = await HeadersAsync();

            Assert.Equal($"Bearer {Options.RailwayToken}", headers["Authorization"]);
            Assert.DoesNotContain("Project-Access-Token", headers.Keys);
            Assert.DoesNotContain("traceparent", headers.Keys);
        }
    }

    public sealed class Project() : RailwayTokenTests("project")
    {
        [Fact]
        public async Task A_project_token_travels_in_its_own_header()
        {
            var headers = await HeadersAsync();

            Assert.Equal(Options.RailwayToken, headers["Project-Access-Token"]);
            Assert.DoesNotContain("Authorization", headers.Keys);
        }
    }
}
