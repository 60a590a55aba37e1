using Steward.Connectors.Models;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Models;

/// <summary>A model of which nobody knows what it costs: the address is not this machine's, and nothing is sent.</summary>
public sealed class UnknownPriceTests : ModelTest
{
    [Fact]
    public async Task It_is_not_asked_while_there_are_bounds_and_the_message_says_what_to_do()
    {
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync());

        Assert.Equal(CallEffect.None, failure.Effect);
        Assert.Contains("prices.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Models:DollarsPerMillionIn", failure.Message, StringComparison.Ordinal);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:BaseUrl"] = "https://models.invalid";
        settings["Models:DollarsPerMillionIn"] = settings["Models:DollarsPerMillionOut"] = "0";
    }
}

/// <summary>No model at all.</summary>
public sealed class NoModelTests : ModelTest
{
    [Fact]
    public async Task The_message_names_the_settings_and_offers_the_templates()
    {
        Assert.False(Model.IsConfigured);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync());

        Assert.All(["Models:ApiKey", "ANTHROPIC_API_KEY", "steward agents templates"], word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
        Assert.Equal(ModelClient.NotSetUp, (await ReportAsync()).Advice);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:BaseUrl"] = settings["Models:ApiKey"] = settings["Models:Model"] = "";
    }
}
