using Microsoft.Extensions.Options;
using Steward.Connectors.Models;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Connectors.Tests.Models;

/// <summary>What is known of prices.</summary>
public sealed class PriceTests : IDisposable
{
    private readonly TempDirectory folder = new();

    [Theory]
    [InlineData("claude-haiku-4-5", 1, 5)]
    [InlineData("claude-haiku-4-5-20251001", 1, 5)]
    [InlineData("gpt-4o-2024-08-06", 2.5, 10)]
    public void The_list_knows_models_and_their_snapshots(string model, double read, double written)
    {
        var place = Place(new ModelOptions { Model = model, ApiKey = "key" });

        Assert.Equal((read, written, true), (place.Price!.In, place.Price.Out, place.IsPriced));
        Assert.Contains("https://", place.PriceFrom, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_price_has_a_source_and_what_is_not_in_the_list_has_no_price()
    {
        var place = Place(new ModelOptions { Model = "somebody-elses-model", ApiKey = "key" });

        Assert.False(place.IsPriced);
        Assert.Contains("prices.json", place.PriceFrom, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_on_this_machine_costs_nothing_whatever_it_is_called() =>
        Assert.Equal((null, true), Of(Place(new ModelOptions { Model = "gpt-4o", Provider = ModelProvider.OpenAI, BaseUrl = "http://localhost:11434/v1" })));

    [Fact]
    public void The_owners_file_counts_before_the_list_and_the_settings_before_both()
    {
        File.WriteAllText(Path.Combine(folder.Location, ModelPrices.FileName),
            """{"sources":[{"source":"our contract","date":"2026-02-01","models":{"gpt-4o":{"in":1,"out":2},"own":{"in":7,"out":8}}}]}""");

        Assert.Equal((1.0, true), Of(Place(new ModelOptions { Model = "gpt-4o", ApiKey = "key" })));
        Assert.Equal((7.0, true), Of(Place(new ModelOptions { Model = "own", ApiKey = "key" })));
        Assert.Equal((9.0, true), Of(Place(new ModelOptions { Model = "own", ApiKey = "key", DollarsPerMillionIn = 9 })));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"sources":[{"source":"x","date":"2026-02-01","models":{"m":{"in":-1,"out":2}}}]}""")]
    [InlineData("""{"sources":[{"source":"x","date":"2026-02-01","models":{"m":{"in":1,"out":2,"cashedIn":1}}}]}""")]
    public void A_broken_file_stops_the_start_and_is_named(string json)
    {
        File.WriteAllText(Path.Combine(folder.Location, ModelPrices.FileName), json);

        Assert.Contains(folder.Location, Assert.Throws<StorageException>(() => Place(new ModelOptions())).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static (double? In, bool IsPriced) Of(ModelPlace place) => (place.Price?.In, place.IsPriced);

    private ModelPlace Place(ModelOptions options) =>
        ModelReport.Places(options, new ModelPrices(Options.Create(options), Options.Create(new StorageOptions { DataDirectory = folder.Location })))[0];
}
