using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Connectors.Models;

/// <summary>A model that a task goes to.</summary>
/// <param name="Task">What it is asked for.</param>
/// <param name="Model">Its name.</param>
/// <param name="Place">0 for the first, 1 and more for fall-backs.</param>
/// <param name="Provider">Whose words its server speaks.</param>
/// <param name="Host">Where it is.</param>
/// <param name="Price">Dollars for a million tokens; null where it is not known, or nothing is paid.</param>
/// <param name="PriceFrom">Where the price is from and of which day; why there is none.</param>
public sealed record ModelPlace(ModelTask Task, string Model, int Place, ModelProvider Provider, string Host, ModelPrice? Price, string PriceFrom)
{
    /// <summary>True when it is known what it costs, nothing among that.</summary>
    public bool IsPriced { get; init; }
}

/// <summary>A bound on what models may cost.</summary>
/// <param name="Setting">The setting that it is.</param>
/// <param name="Dollars">How much; null for no bound.</param>
/// <param name="Spent">How much of it is spent; null where it is of one question, or of one agent.</param>
/// <param name="Left">How much is left.</param>
public sealed record ModelBound(string Setting, double? Dollars, double? Spent, double? Left);

/// <summary>Models and money.</summary>
/// <param name="IsConfigured">Whether there is a model to ask.</param>
/// <param name="Advice">What to do where there is none.</param>
/// <param name="Models">Who is asked for what.</param>
/// <param name="Day">What was spent in the last 24 hours.</param>
/// <param name="All">What was spent in all.</param>
/// <param name="DayByAccount">The last 24 hours by whom it was for, the dearest first.</param>
/// <param name="DayByModel">The last 24 hours by model.</param>
/// <param name="Bounds">The budgets.</param>
public sealed record ModelReport(
    bool IsConfigured, string? Advice, IReadOnlyList<ModelPlace> Models, ModelSpend Day, ModelSpend All, IReadOnlyList<ModelSpend> DayByAccount, IReadOnlyList<ModelSpend> DayByModel,
    IReadOnlyList<ModelBound> Bounds)
{
    /// <summary>Who is asked for what by the settings, and for how much.</summary>
    public static IReadOnlyList<ModelPlace> Places(ModelOptions options, ModelPrices prices)
    {
        var routes = new ModelRoutes(options);
        return
        [
            .. Enum.GetValues<ModelTask>().SelectMany(task => routes.Of(task).Select((route, at) =>
            {
                var (price, local) = (prices.Of(route), route.Server.IsLocal);
                return new ModelPlace(task, route.Model, at, route.Server.Provider, route.Server.Address.Host, price,
                    price?.Source ?? (local ? "on this machine" : $"not known; put it into {prices.File}")) { IsPriced = price is not null || local };
            })),
        ];
    }
}

/// <summary>Shows which models are asked for what, and what that costs.</summary>
public sealed class ShowModels(Database database, ModelPrices prices, ModelClient client, IOptions<ModelOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The report.</summary>
    public Task<ModelReport> HandleAsync(CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        var since = clock.Now() - Day;
        var (day, all) = (await SpendStore.SumAsync(session, since), await SpendStore.SumAsync(session, DateTimeOffset.UnixEpoch));
        return new ModelReport(
            client.IsConfigured, client.IsConfigured ? null : ModelClient.NotSetUp, ModelReport.Places(options.Value, prices), day, all,
            await SpendStore.SumsAsync(session, byModel: false, since), await SpendStore.SumsAsync(session, byModel: true, since), Bounds(options.Value, day, all));
    }, cancellationToken);

    /// <summary>What all questions came to that were asked for <c>agent:NAME</c> or <c>build:ID</c>.</summary>
    public Task<ModelBill> BillAsync(string account, CancellationToken cancellationToken) => database.ReadAsync(session => SpendStore.BillAsync(session, account), cancellationToken);

    private static IReadOnlyList<ModelBound> Bounds(ModelOptions limits, ModelSpend day, ModelSpend all) =>
    [
        Bound(nameof(limits.DollarsPerCall), limits.DollarsPerCall, null),
        Bound(nameof(limits.DollarsPerAgentPerDay), limits.DollarsPerAgentPerDay, null),
        Bound(nameof(limits.DollarsPerDay), limits.DollarsPerDay, day.Dollars),
        Bound(nameof(limits.Dollars), limits.Dollars, all.Dollars),
    ];

    private static ModelBound Bound(string setting, double dollars, double? spent) =>
        new($"{ModelOptions.Section}:{setting}", dollars > 0 ? dollars : null, spent, dollars > 0 && spent is { } gone ? Math.Max(0, dollars - gone) : null);
}
