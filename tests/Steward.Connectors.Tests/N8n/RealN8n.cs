using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Steward.Connectors.Tests.N8n;

/// <summary>A running n8n that the environment names, as tests/n8n/run-real-n8n does.</summary>
internal static class RealN8n
{
    public const string WhyNot = "No n8n is named: run tests/n8n/run-real-n8n, or set STEWARD_TEST_N8N_URL and STEWARD_TEST_N8N_KEY.";

    public static string? Url { get; } = Environment.GetEnvironmentVariable("STEWARD_TEST_N8N_URL");

    public static string? Key { get; } = Environment.GetEnvironmentVariable("STEWARD_TEST_N8N_KEY");

    public static bool IsThere => !string.IsNullOrEmpty(Url) && !string.IsNullOrEmpty(Key);

    public static void Configure(IDictionary<string, string?> settings)
    {
        settings["N8n:BaseUrl"] = Url;
        settings["N8n:ApiKey"] = Key;
    }

    /// <summary>Makes a credential; gives it as a node names it.</summary>
    public static async Task<JsonObject> MakeCredentialAsync(string name, string type, object data, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-N8N-API-KEY", Key);
        using var answer = await client.PostAsJsonAsync($"{Url!.TrimEnd('/')}/api/v1/credentials", new { name, type, data }, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        var made = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        return new JsonObject { ["id"] = (string?)made["id"], ["name"] = name };
    }
}
