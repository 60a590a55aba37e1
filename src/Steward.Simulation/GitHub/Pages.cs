using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Lists in pages of 30, at the most 100, with a Link header that leads to the next page.</summary>
internal static class Pages
{
    private const int DefaultPage = 30;
    private const int MaxPage = 100;

    /// <summary>A page as a bare list.</summary>
    public static Reply List<T>(HttpRequest request, IReadOnlyList<T> all, Func<T, JsonObject> toJson) =>
        Page(request, all, toJson, page => page);

    /// <summary>A page within an object that has the number of all, as newer parts of the API answer.</summary>
    public static Reply Named<T>(HttpRequest request, string name, IReadOnlyList<T> all, Func<T, JsonObject> toJson, JsonObject? more = null) =>
        Page(request, all, toJson, page =>
        {
            var answer = more ?? [];
            answer["total_count"] = all.Count;
            answer[name] = page;
            return answer;
        });

    private static Reply Page<T>(HttpRequest request, IReadOnlyList<T> all, Func<T, JsonObject> toJson, Func<JsonArray, JsonNode> wrap)
    {
        var size = Math.Clamp(Number(request, "per_page") ?? DefaultPage, 1, MaxPage);
        var page = Math.Clamp(Number(request, "page") ?? 1, 1, int.MaxValue / MaxPage);
        var items = all.Skip((page - 1) * size).Take(size).Select(one => (JsonNode)toJson(one));
        var reply = Reply.Json(200, wrap(new JsonArray([.. items])));
        return page * size < all.Count ? reply.With("Link", $"<{WithPage(request, page + 1)}>; rel=\"next\"") : reply;
    }

    private static string WithPage(HttpRequest request, int page)
    {
        var query = QueryString.Create(request.Query.Where(pair => pair.Key != "page")).Add("page", $"{page}");
        return $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path.ToUriComponent()}{query}";
    }

    private static int? Number(HttpRequest request, string name) => int.TryParse(request.Query[name], out var number) ? number : null;
}
