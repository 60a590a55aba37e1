using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;

namespace Steward.Connectors.Models;

/// <summary>What a model costs, in dollars for a million tokens.</summary>
/// <param name="In">Tokens that are read.</param>
/// <param name="Out">Tokens that are written.</param>
/// <param name="CachedIn">Tokens that come from the provider's cache; null where they cost what others do.</param>
/// <param name="CacheWrite">Tokens that are put into it; null where they cost what others do.</param>
public sealed record ModelPrice(double In, double Out, double? CachedIn = null, double? CacheWrite = null)
{
    /// <summary>Where the figures are from and of which day, for people.</summary>
    [JsonIgnore]
    public string Source { get; init; } = "";

    /// <summary>The cost of an answer, in dollars.</summary>
    internal double Of(long tokensIn, long cached, long written, long tokensOut) =>
        (((tokensIn - cached - written) * In) + (cached * (CachedIn ?? In)) + (written * (CacheWrite ?? In)) + (tokensOut * Out)) / 1_000_000;

    /// <summary>The most that so many tokens can cost, whatever the cache does.</summary>
    internal double AtWorst(long tokensIn, long tokensOut) => ((tokensIn * Math.Max(In, CacheWrite ?? In)) + (tokensOut * Out)) / 1_000_000;
}

/// <summary>
/// What models cost: by the settings, by <see cref="FileName"/> in the data directory, or by the list that comes with Steward.
/// A model on this machine costs nothing where neither of the first two says so.
/// </summary>
public sealed partial class ModelPrices
{
    /// <summary>The owner's own list, in the data directory.</summary>
    public const string FileName = "prices.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly ModelOptions options;
    private readonly Dictionary<string, ModelPrice> own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelPrice> shipped = new(StringComparer.Ordinal);

    /// <summary>Reads the lists.</summary>
    /// <exception cref="StorageException">The owner's list cannot be read.</exception>
    public ModelPrices(IOptions<ModelOptions> options, IOptions<StorageOptions> storage)
    {
        this.options = options.Value;
        using var list = typeof(ModelPrices).Assembly.GetManifestResourceStream("Models/prices.json")!;
        Read(list, shipped, "");
        File = Path.GetFullPath(Path.Combine(storage.Value.DataDirectory, FileName));
        if (!System.IO.File.Exists(File))
        {
            return;
        }

        try
        {
            using var file = System.IO.File.OpenRead(File);
            Read(file, own, File + ", ");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The prices in {File} cannot be read: {e.Message} Correct the file, or take it away; docs/models.md shows its form.", e);
        }
    }

    /// <summary>Where the owner's list is, or would be.</summary>
    public string File { get; }

    internal ModelPrice? Of(ModelRoute route)
    {
        if (route.Model == options.Model && options.DollarsPerMillionIn + options.DollarsPerMillionOut > 0)
        {
            return new(options.DollarsPerMillionIn, options.DollarsPerMillionOut) { Source = "Models:DollarsPerMillionIn and Models:DollarsPerMillionOut" };
        }

        return Find(own, route.Model) ?? (route.Server.IsLocal ? null : Find(shipped, route.Model));
    }

    // A snapshot costs what its model does: claude-haiku-4-5-20251001, gpt-4o-2024-08-06.
    private static ModelPrice? Find(Dictionary<string, ModelPrice> list, string model) =>
        list.GetValueOrDefault(model) ?? list.GetValueOrDefault(Snapshot().Replace(model, ""));

    private static void Read(Stream json, Dictionary<string, ModelPrice> into, string place)
    {
        var list = JsonSerializer.Deserialize<PriceList>(json, Strict) ?? throw new JsonException("It is null.");
        foreach (var source in list.Sources)
        {
            foreach (var (model, price) in source.Models)
            {
                if (new[] { price.In, price.Out, price.CachedIn ?? 0, price.CacheWrite ?? 0 }.Any(dollars => dollars is < 0 or > 100_000))
                {
                    throw new JsonException($"A price of {model} is not between 0 and 100 000 dollars.");
                }

                into[model] = price with { Source = $"{place}{source.Source}, {source.Date:yyyy-MM-dd}" };
            }
        }
    }

    [GeneratedRegex(@"-(\d{8}|\d{4}-\d{2}-\d{2})$")]
    private static partial Regex Snapshot();

    private sealed record PriceList(IReadOnlyList<PriceSource> Sources, string? About = null);

    private sealed record PriceSource(string Source, DateOnly Date, IReadOnlyDictionary<string, ModelPrice> Models);
}
