namespace Steward.Connectors.Tests;

/// <summary>A Steward whose vendors are all one stub, which is started before it.</summary>
public abstract class StubTest : ConnectorTest
{
    private protected StubServer Stub { get; private set; } = null!;

    /// <summary>Where the vendors are.</summary>
    protected virtual string VendorUrl => Stub.Url;

    // Each test says what the stub answers, so Steward is set up within the test.
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected async Task AnswerAsync(int status, string body, string contentType = "application/json", params (string, string)[] headers)
    {
        Stub = await StubServer.StartAsync(status, body, contentType, headers);
        await base.InitializeAsync();
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Railway:Endpoint"] = VendorUrl + "/graphql/v2";
        settings["GitHub:BaseUrl"] = VendorUrl;
        settings["Telegram:BaseUrl"] = VendorUrl;
        settings["PagerDuty:BaseUrl"] = VendorUrl;
        settings["N8n:AlertWebhook"] = VendorUrl + "/webhook/alerts";
        settings["N8n:BaseUrl"] = VendorUrl;
    }

    protected override async ValueTask DisposeMoreAsync() => await Stub.DisposeAsync();
}
