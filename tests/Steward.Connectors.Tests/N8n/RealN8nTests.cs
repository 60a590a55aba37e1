using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Steward.Connectors.Tests.N8n;

/// <summary>
/// The contract against a running n8n: <c>STEWARD_TEST_N8N_URL</c> and <c>STEWARD_TEST_N8N_KEY</c> name it, as
/// tests/n8n/run-real-n8n does. Its workflows are named <c>steward-test-...</c> and are deleted again.
/// </summary>
public sealed class RealN8nTests
{
    private const string Nobody = "(no n8n is named)";
    private static readonly string? Url = Environment.GetEnvironmentVariable("STEWARD_TEST_N8N_URL");
    private static readonly string? Key = Environment.GetEnvironmentVariable("STEWARD_TEST_N8N_KEY");

    /// <summary>The contract's tests; one line that says why not, where there is no n8n.</summary>
    public static TheoryData<string> Promises => string.IsNullOrEmpty(Url) || string.IsNullOrEmpty(Key)
        ? [Nobody]
        : [.. typeof(N8nContract).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task A_real_n8n_keeps(string promise)
    {
        Assert.SkipWhen(promise == Nobody, "No n8n is named: run tests/n8n/run-real-n8n, or set STEWARD_TEST_N8N_URL and STEWARD_TEST_N8N_KEY.");
        await using var contract = new Contract();
        await contract.InitializeAsync();
        await (Task)typeof(N8nContract).GetMethod(promise)!.Invoke(contract, null)!;
    }

    // Not public, so that its tests are run by the theory above and not on their own.
    private sealed class Contract : N8nContract
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["N8n:BaseUrl"] = Url;
            settings["N8n:ApiKey"] = Key;
        }

        protected override async Task<JsonObject> HeaderCredentialAsync()
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Add("X-N8N-API-KEY", Key);
            using var answer = await client.PostAsJsonAsync($"{Url!.TrimEnd('/')}/api/v1/credentials",
                new { name = Unique, type = "httpHeaderAuth", data = new { name = "X-Steward-Key", value = WebhookKey } }, Ending);
            answer.EnsureSuccessStatusCode();
            var made = (await answer.Content.ReadFromJsonAsync<JsonObject>(Ending))!;
            return new JsonObject { ["id"] = (string?)made["id"], ["name"] = Unique };
        }
    }
}
