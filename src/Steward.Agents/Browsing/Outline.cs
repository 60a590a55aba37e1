using System.Text.Json;
using System.Text;
using Steward.Kernel;

namespace Steward.Agents.Browsing;

/// <summary>
/// Writes the accessibility tree of a page as indented lines: role, name, value and states. The tree is from outside, and may
/// hold anything, circles included. Pure.
/// </summary>
internal static class Outline
{
    private const int Deepest = 100;
    private const int LongestPart = 500;

    // They say again what is above them, or nothing.
    private static readonly string[] Silent = ["InlineTextBox", "none", "generic", "LineBreak"];

    private static readonly string[] States = ["disabled", "checked", "expanded", "selected", "required", "invalid", "level"];

    /// <summary>Writes it.</summary>
    /// <param name="nodes">What <c>Accessibility.getFullAXTree</c> gives.</param>
    /// <param name="most">How many characters at most.</param>
    public static (string Text, bool IsCut) Of(JsonElement nodes, int most)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var node in nodes.EnumerateArray())
        {
            all.TryAdd(node.GetProperty("nodeId").GetString()!, node);
        }

        var (text, seen) = (new StringBuilder(), new HashSet<string>(StringComparer.Ordinal));
        var waiting = new Stack<(string Id, int Depth, string? Above)>();
        if (nodes.GetArrayLength() > 0)
        {
            waiting.Push((nodes[0].GetProperty("nodeId").GetString()!, 0, null));
        }

        while (waiting.TryPop(out var next) && text.Length < most)
        {
            if (!seen.Add(next.Id) || !all.TryGetValue(next.Id, out var node))
            {
                continue;
            }

            var (line, name) = Line(node);
            // A text that is its parent's name was said with it.
            var isSaid = line is not null && !(Role(node) == "StaticText" && name == next.Above);
            if (isSaid)
            {
                text.Append(' ', 2 * Math.Min(next.Depth, Deepest)).Append(line).Append('\n');
            }

            if (node.TryGetProperty("childIds", out var children))
            {
                foreach (var child in children.EnumerateArray().Reverse())
                {
                    waiting.Push((child.GetString()!, isSaid ? next.Depth + 1 : next.Depth, isSaid ? name : next.Above));
                }
            }
        }

        return text.Length > most ? (text.ToString(0, most), true) : (text.ToString(), waiting.Count > 0);
    }

    private static (string? Line, string Name) Line(JsonElement node)
    {
        var (role, name) = (Role(node), Value(node, "name"));
        if ((node.TryGetProperty("ignored", out var ignored) && ignored.ValueKind == JsonValueKind.True) || (Silent.Contains(role) && (name.Length == 0 || role == "InlineTextBox")))
        {
            return (null, name);
        }

        var line = new StringBuilder(role);
        if (name.Length > 0)
        {
            line.Append(" \"").Append(name).Append('"');
        }

        if (Value(node, "value") is { Length: > 0 } value)
        {
            line.Append(" = \"").Append(value).Append('"');
        }

        foreach (var property in node.TryGetProperty("properties", out var properties) ? properties.EnumerateArray().Where(one => States.Contains(one.GetProperty("name").GetString())) : [])
        {
            if (property.GetProperty("value").TryGetProperty("value", out var state) && state.ToString() is var said && said is not ("False" or "false"))
            {
                line.Append(" [").Append(property.GetProperty("name").GetString()).Append(said is "True" or "true" ? "" : $" {Line(said)}").Append(']');
            }
        }

        return (line.ToString(), name);
    }

    private static string Role(JsonElement node) => Value(node, "role");

    private static string Value(JsonElement node, string name) => node.TryGetProperty(name, out var part) && part.TryGetProperty("value", out var value) ? Line(value.ToString()) : "";

    private static string Line(string text) => text.Cut(LongestPart, "...").ReplaceLineEndings(" ").Trim();
}
