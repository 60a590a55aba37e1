using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Steward.Benchmarks;

/// <summary>A server's API, asked as its owner.</summary>
internal class BenchClient : IDisposable
{
    private readonly HttpClient api;

    public BenchClient(Uri address, string key)
    {
        api = new HttpClient { BaseAddress = address };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>A list.</summary>
    public async Task<JsonArray> ItemsAsync(string path) =>
        (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!["items"]!.AsArray();

    /// <summary>One thing.</summary>
    public async Task<JsonObject> ItemAsync(string path) => (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!;

    /// <summary>Reads events to their end.</summary>
    public async Task FollowAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/event-stream" } } };
        using var answer = await api.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Sends.</summary>
    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonObject>())! : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Deletes.</summary>
    public async Task DeleteAsync(string path)
    {
        using var answer = await api.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => api.Dispose();
}
