using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>The settings that are read are declared and of the type that they are read as, and those that are declared are read.</summary>
internal static class SettingRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var (read, isWhole) = (new HashSet<string>(StringComparer.Ordinal), true);
        foreach (var call in at.Calls.Where(call => call.TargetMethod.ContainingType.Name == "AgentSettings"))
        {
            if (TextParts.Constants(at, call.Arguments[0].Value) is not { Count: > 0 } names)
            {
                isWhole = false;
                yield return Inspected.Error("AGENT128", "Which setting is read here cannot be followed. Write its name as a constant.", call.Syntax);
                continue;
            }

            var type = call.TargetMethod.Name.ToLowerInvariant();
            foreach (var name in names)
            {
                read.Add(name);
                if (at.Declared.IsRead && Fault(at, name, type) is { } fault)
                {
                    yield return Inspected.Error("AGENT126", fault, call.Syntax);
                }
            }
        }

        foreach (var name in at.Declared.Settings.Keys.Where(name => isWhole && !read.Contains(name)))
        {
            yield return at.DeclarationError("AGENT127", $"The setting '{name}' is declared and never read. Read it with context.Settings, or take it out.");
        }

        foreach (var call in at.Operations.OfType<IInvocationOperation>().Where(call => at.Declared.IsRead && call.TargetMethod is { Name: "Set", ContainingType.Name: "TestBench" }))
        {
            if (TextParts.Constants(at, call.Arguments[0].Value) is { } names && names.FirstOrDefault(name => !at.Declared.Settings.ContainsKey(name)) is { } unknown)
            {
                yield return Inspected.Error("AGENT126", $"The test sets '{unknown}', which is not declared. {Known(at)}", call.Syntax);
            }
        }
    }

    private static string? Fault(Inspected at, string name, string type) =>
        !at.Declared.Settings.TryGetValue(name, out var declared) ? $"The setting '{name}' is not declared. Add it to \"settings\", with type, about and default. {Known(at)}"
        : declared != type ? $"The setting '{name}' is declared as {declared} and read as {type}. Read it with context.Settings.{(declared.Length > 0 ? $"{char.ToUpperInvariant(declared[0])}{declared[1..]}" : "Text")}, or declare the other type."
        : null;

    private static string Known(Inspected at) => at.Declared.Settings.Count == 0 ? "No settings are declared." : $"Declared are {string.Join(", ", at.Declared.Settings.Keys)}.";
}
