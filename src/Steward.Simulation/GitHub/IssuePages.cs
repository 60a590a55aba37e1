using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Lists in pages of 30, at the most 100, with a Link header that leads to the next page.</summary>
internal static class IssuePages
{
    private const int DefaultPage = 30;
    private const int MaxPage = 100;

    /// <summary>Newest first; open ones unless "state" says otherwise; only those that have all of "labels".</summary>
    public static Reply List(IssueList issues, HttpRequest request)
    {
        var state = request.Query["state"] is [{ Length: > 0 } wanted, ..] ? wanted : "open";
        var labels = request.Query["labels"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var found = issues.All.AsEnumerable().Reverse()
            .Where(issue => state == "all" || issue.IsOpen == (state == "open"))
            .Where(issue => labels.All(label => issue.Labels.Contains(label, StringComparer.OrdinalIgnoreCase)))
            .ToList();
        return Page(request, found, issue => issue.ToJson());
    }

    /// <summary>Oldest first, as GitHub lists comments.</summary>
    public static Reply Comments(Issue issue, HttpRequest request) => Page(request, issue.Comments, issue.ToJson);

    private static Reply Page<T>(HttpRequest request, IReadOnlyList<T> all, Func<T, JsonObject> toJson)
    {
        var size = Math.Clamp(Number(request, "per_page") ?? DefaultPage, 1, MaxPage);
        var page = Math.Clamp(Number(request, "page") ?? 1, 1, int.MaxValue / MaxPage);
        var items = all.Skip((page - 1) * size).Take(size).Select(one => (JsonNode)toJson(one));
        var reply = Reply.Json(200, new JsonArray([.. items]));
        return page * size < all.Count ? reply with { Header = ("Link", $"<{WithPage(request, page + 1)}>; rel=\"next\"") } : reply;
    }

    private static string WithPage(HttpRequest request, int page)
    {
        var query = QueryString.Create(request.Query.Where(pair => pair.Key != "page")).Add("page", $"{page}");
        return $"{request.Scheme}://{request.Host}{request.Path}{query}";
    }

    private static int? Number(HttpRequest request, string name) => int.TryParse(request.Query[name], out var number) ? number : null;
}
