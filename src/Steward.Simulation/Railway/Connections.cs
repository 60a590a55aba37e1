using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>Lists with pages, in the shape that GraphQL servers call connections: edges, nodes and a pageInfo.</summary>
internal static class Connections
{
    /// <summary>The arguments of every field that is a connection.</summary>
    public const string PageArguments = "first: Int, after: String, last: Int, before: String";

    // What a page has at the most, whatever the client asks for; Railway's own limit is not documented.
    private const int MaxPage = 500;

    public static ObjectType Of<T>(ObjectType node, Func<T, string> cursor)
        where T : class => new ObjectType($"{node.Name}Connection")
        .With<ConnectionPage<T>>("edges", page => page.Nodes, new ObjectType($"{node.Name}Edge")
            .With<T>("cursor", cursor)
            .With<T>("node", one => one, node))
        .With<ConnectionPage<T>>("pageInfo", page => page, new ObjectType("PageInfo")
            .With<ConnectionPage<T>>("hasNextPage", page => page.HasNext)
            .With<ConnectionPage<T>>("endCursor", page => page.Nodes is [.., var last] ? cursor(last) : null));

    /// <summary>The page that "first" and "after" ask for; paging backwards is refused.</summary>
    public static ConnectionPage<T> Cut<T>(IReadOnlyList<T> all, Arguments given, Func<T, string> cursor)
        where T : class
    {
        if (given.Number("last") is not null || given.Text("before") is not null)
        {
            throw new GraphQlException("The simulation does not page backwards");
        }

        var start = 0;
        if (given.Text("after") is { } after)
        {
            while (start < all.Count && cursor(all[start]) != after)
            {
                start++;
            }

            start = start == all.Count ? throw new GraphQlException("Invalid cursor") : start + 1;
        }

        var size = Math.Clamp(given.Number("first") ?? MaxPage, 0, MaxPage);
        return new ConnectionPage<T>([.. all.Skip(start).Take(size)], start + size < all.Count);
    }
}

/// <summary>One page of a connection.</summary>
internal sealed record ConnectionPage<T>(IReadOnlyList<T> Nodes, bool HasNext);
