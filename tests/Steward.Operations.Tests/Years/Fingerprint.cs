using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Simulation;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// Everything that a run left behind as one hash: what happened to the world, what was found and what was audited, with
/// all times. Ids hold random bits, and hashes are made of ids: both stand for the place of their first appearance.
/// </summary>
internal sealed partial class Fingerprint
{
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash, as hexadecimal digits.</summary>
    public static string Of(World world, Database database, Action<string>? line = null)
    {
        var print = new Fingerprint();
        void Add(string text)
        {
            var clean = print.Clean(text);
            line?.Invoke(clean);
            print.hash.AppendData(Encoding.UTF8.GetBytes(clean + "\n"));
        }

        foreach (var one in world.Mutations)
        {
            Add($"{UtcTime.ToText(one.At)} {one.System} {one.Operation} {one.Target} {one.Detail}");
        }

        foreach (var (table, order) in new[] { ("audit", "seq"), ("finding", "opened_at, cause"), ("governed_call", "created_at, key"), ("work", "created_at, kind, occurrence") })
        {
            foreach (var row in Rows(database, table, order))
            {
                Add(row);
            }
        }

        return Convert.ToHexStringLower(print.hash.GetHashAndReset());
    }

    private static IReadOnlyList<string> Rows(Database database, string table, string order) => Virtual.Now(database.ReadAsync(async session =>
    {
        var columns = await session.QueryAsync($"SELECT name FROM pragma_table_info('{table}') ORDER BY cid", row => row.Text("name"));
        var told = columns.Where(column => column is not "lease_owner").Select(column => $"quote({column})");
        return await session.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(" || '|' || ", told)} AS line FROM {table} ORDER BY {order}"), row => row.Text("line"));
    }, CancellationToken.None));

    private string Clean(string text) => Random().Replace(text, match =>
        places.TryGetValue(match.Value, out var place) ? place : places[match.Value] = $"#{places.Count}");

    [GeneratedRegex("(?<=steward:closing/)[0-9a-f]{16}|[0-9a-f]{64}|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")]
    private static partial Regex Random();
}
