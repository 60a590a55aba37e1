using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Connectors.Models;

/// <summary>
/// Keeps what models cost within the settings' bounds: the most that a question can cost is put aside before it is sent, and
/// the real figure takes its place with the answer. After a crash, or a lost answer, what was put aside stays spent.
/// </summary>
internal sealed class ModelBudget(Database database, ModelPrices prices, IOptions<ModelOptions> options, TimeProvider clock)
{
    // What a provider adds to a question: roles, a note on the schema. Our own choice, several times what is seen.
    private const int Overhead = 1000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ModelOptions limits = options.Value;

    /// <summary>Puts the worst case aside and gives the id of the entry.</summary>
    /// <exception cref="ConnectorException">It could exceed what is left, or its price is not known. Nothing was sent.</exception>
    public async Task<Guid> ReserveAsync(string operation, ModelRoute route, ModelQuestion question, CancellationToken cancellationToken)
    {
        var worst = Worst(route, question);
        if (worst is null && !route.Server.IsLocal && HasBounds)
        {
            throw Refused(route, operation, $"nobody knows what {route.Model} costs, so its cost cannot be bounded. Put its price into {prices.File}, set Models:DollarsPerMillionIn and Models:DollarsPerMillionOut, or set the bounds in dollars to 0. See docs/models.md.");
        }

        var account = question.For ?? "";
        return await database.WriteAsync(async session =>
        {
            await SpendStore.LockAsync(session);
            var now = clock.Now();
            if (worst is { } dollars and > 0 && await ExcessAsync(session, question, dollars, now) is { } excess)
            {
                throw Refused(route, operation, excess);
            }

            var id = Ids.New(clock);
            await SpendStore.ReserveAsync(session, id, now, account, question.Task, route.Model, worst);
            return id;
        }, cancellationToken);
    }

    /// <summary>Puts the real figures into the books and gives what it cost; null where nobody knows, or nothing is paid.</summary>
    public async Task<double?> SettleAsync(Guid id, ModelRoute route, ModelQuestion question, ModelReading reading)
    {
        // A provider that does not count leaves the worst case standing.
        var dollars = reading.IsReplayed ? null
            : reading.Usage is { } usage ? prices.Of(route)?.Of(usage.In, usage.Cached, usage.Written, usage.Out) : Worst(route, question);
        await database.WriteAsync(session => SpendStore.SettleAsync(session, id, clock.Now(), reading.Model, reading.Usage ?? new(0, 0, 0, 0), dollars), CancellationToken.None);
        return dollars;
    }

    /// <summary>Gives back what was put aside for a question that was not asked.</summary>
    public Task ReturnAsync(Guid id) => database.WriteAsync(session => SpendStore.ReturnAsync(session, id), CancellationToken.None);

    private bool HasBounds => limits.DollarsPerCall + limits.DollarsPerAgentPerDay + limits.DollarsPerDay + limits.Dollars > 0;

    // No tokenizer makes more than one token of a byte. Of English and code it makes one of three or four bytes: two are on the safe side.
    private double? Worst(ModelRoute route, ModelQuestion question) => prices.Of(route)?.AtWorst(
        Overhead + (Encoding.UTF8.GetByteCount(question.Guide) / 2) + Encoding.UTF8.GetByteCount(question.Instructions) + Encoding.UTF8.GetByteCount(question.Data) + (2L * Encoding.UTF8.GetByteCount(question.Schema?.ToJsonString() ?? "")),
        ModelCalls.MaxTokens(limits, question));

    private async Task<string?> ExcessAsync(Session session, ModelQuestion question, double dollars, DateTimeOffset now)
    {
        if (limits.DollarsPerCall > 0 && dollars > limits.DollarsPerCall)
        {
            return $"it could cost {Text(dollars)}, and one question may cost {Text(limits.DollarsPerCall)} (Models:DollarsPerCall).";
        }

        var account = question.For;
        foreach (var (bound, setting, what, who, since) in new (double, string, string, string?, DateTimeOffset)[]
        {
            (account is null ? 0 : limits.DollarsPerAgentPerDay, " (Models:DollarsPerAgentPerDay)", $"{account} in 24 hours", account, now - Day),
            (account is null ? 0 : question.Within ?? 0, "", $"{account} in all", account, DateTimeOffset.UnixEpoch),
            (limits.DollarsPerDay, " (Models:DollarsPerDay)", "everything in 24 hours", null, now - Day),
            (limits.Dollars, " (Models:Dollars)", "everything together", null, DateTimeOffset.UnixEpoch),
        })
        {
            if (bound > 0 && await SpendStore.DollarsAsync(session, who, since) is var spent && spent + dollars > bound)
            {
                return $"it could cost {Text(dollars)}; {what} may cost {Text(bound)}{setting}, and {Text(spent)} are spent.";
            }
        }

        return null;
    }

    private static ConnectorException Refused(ModelRoute route, string operation, string why) =>
        new(route.Server.Vendor, operation, $"not asked: {why}") { Effect = CallEffect.None };

    private static string Text(double dollars) => $"${dollars.ToString("0.00##", CultureInfo.InvariantCulture)}";
}
