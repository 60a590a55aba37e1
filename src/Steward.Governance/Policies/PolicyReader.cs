using System.Globalization;
using Steward.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Steward.Governance.Policies;

/// <summary>Reads the policy file. It refuses what it does not understand: a misspelt word must not widen anything.</summary>
public static class PolicyReader
{
    /// <summary>The text of the policy that is used, and written out, where there is no file.</summary>
    public static string DefaultText { get; } = ReadDefault();

    /// <summary>The policy, or the refusal that names the place that is wrong.</summary>
    public static Outcome<Policy> Read(string text)
    {
        PolicyFileText? file;
        try
        {
            file = new DeserializerBuilder()
                .WithNamingConvention(HyphenatedNamingConvention.Instance)
                .WithDuplicateKeyChecking()
                .Build()
                .Deserialize<PolicyFileText>(text);
        }
        catch (YamlException e)
        {
            return Refusal.Invalid($"line {e.Start.Line}", $"The policy is not understood at line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}");
        }

        return file is null ? Refusal.Invalid("policy", "The policy is empty.") : Build(file, text);
    }

    private static Outcome<Policy> Build(PolicyFileText file, string text)
    {
        var wrong = new List<string>();
        var policy = new Policy(
            TextHash.Of(text.ReplaceLineEndings("\n"))[..16],
            Word("autonomy", file.Autonomy, AutonomyLevel.Manual, wrong),
            file.Services?.ToDictionary(level => level.Key, level => Word($"services.{level.Key}", level.Value, AutonomyLevel.Manual, wrong)) ?? [],
            InRange("confidence", file.Confidence, 0, 1, wrong),
            new Limits(
                (int)InRange("limits.actions-per-hour", file.Limits?.ActionsPerHour, 0, 10_000, wrong),
                (int)InRange("limits.services-per-hour", file.Limits?.ServicesPerHour, 0, 10_000, wrong),
                (int)InRange("limits.rollbacks-per-service-per-hour", file.Limits?.RollbacksPerServicePerHour, 1, 1_000, wrong)),
            Duration("approvals.expire-after", file.Approvals?.ExpireAfter, TimeSpan.FromDays(7), wrong),
            Duration("permits.expire-after", file.Permits?.ExpireAfter, TimeSpan.FromHours(1), wrong),
            Duration("elevations.default", file.Elevations?.Default, TimeSpan.FromDays(1), wrong),
            Duration("elevations.longest", file.Elevations?.Longest, TimeSpan.FromDays(1), wrong),
            [.. (file.Rules ?? []).Select((rule, index) => Rule(rule, index, wrong))])
        {
            Text = text,
        };
        if (policy.Rules.Count == 0)
        {
            wrong.Add("rules: there are none; without rules every call would need a person");
        }

        return wrong.Count == 0
            ? policy
            : Refusal.Invalid("policy", $"The policy has {wrong.Count} mistake(s): {string.Join("; ", wrong)}.");
    }

    private static Rule Rule(RuleText? written, int index, List<string> wrong)
    {
        var rule = written ?? new RuleText();
        var place = $"rules[{index}]{(rule.Name is null ? "" : $" ({rule.Name})")}";
        if (string.IsNullOrWhiteSpace(rule.Name))
        {
            wrong.Add($"{place}: has no name");
        }

        if (rule.Actions is not { Count: > 0 } || rule.Actions.Any(string.IsNullOrWhiteSpace))
        {
            wrong.Add($"{place}.actions: names no action, or an empty one");
        }

        if (rule.When?.Any(string.IsNullOrWhiteSpace) == true)
        {
            wrong.Add($"{place}.when: names an empty fact");
        }

        return new Rule(
            rule.Name ?? place,
            Word($"{place}.decide", rule.Decide, RuleDecision.Deny, wrong),
            rule.Because ?? "",
            [.. (rule.Actions ?? []).Select(action => action ?? "")],
            rule.When ?? [],
            rule.From is null ? AutonomyLevel.Autonomous : Word($"{place}.from", rule.From, AutonomyLevel.Autonomous, wrong),
            rule.Guarded ?? true);
    }

    private static T Word<T>(string place, string? text, T otherwise, List<string> wrong)
        where T : struct, Enum
    {
        // Enum.TryParse would also take numbers, and 'approve, deny' for a word that nobody has defined.
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

#pragma warning disable CA1308 // The file's words are in lower case.
        wrong.Add($"{place}: '{text}' is none of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
#pragma warning restore CA1308
        return otherwise;
    }

    private static double InRange(string place, double? value, double least, double most, List<string> wrong)
    {
        if (!(value >= least && value <= most))
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{place}: {value?.ToString(CultureInfo.InvariantCulture) ?? "missing"}; it must be between {least} and {most}"));
        }

        return value ?? least;
    }

    private static TimeSpan Duration(string place, string? text, TimeSpan longest, List<string> wrong)
    {
        if (text is { Length: > 1 } && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1_000_000)
        {
            TimeSpan? span = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                _ => null,
            };
            if (span >= TimeSpan.FromSeconds(1) && span <= longest)
            {
                return span.Value;
            }
        }

        wrong.Add($"{place}: '{text}' must be a time such as 90s, 15m or 2h, at most {longest.TotalHours}h");
        return TimeSpan.FromSeconds(1);
    }

    private static string ReadDefault()
    {
        using var reader = new StreamReader(typeof(PolicyReader).Assembly.GetManifestResourceStream("default-policy.yaml")!);
        return reader.ReadToEnd();
    }

    // The file's own shape; YamlDotNet refuses members that are not here.
    private sealed class PolicyFileText
    {
        public string? Autonomy { get; set; }

        public Dictionary<string, string>? Services { get; set; }

        public double? Confidence { get; set; }

        public LimitsText? Limits { get; set; }

        public LifetimeText? Approvals { get; set; }

        public LifetimeText? Permits { get; set; }

        public ElevationsText? Elevations { get; set; }

        public List<RuleText?>? Rules { get; set; }
    }

    private sealed class LimitsText
    {
        public int? ActionsPerHour { get; set; }

        public int? ServicesPerHour { get; set; }

        public int? RollbacksPerServicePerHour { get; set; }
    }

    private sealed class LifetimeText
    {
        public string? ExpireAfter { get; set; }
    }

    private sealed class ElevationsText
    {
        public string? Default { get; set; }

        public string? Longest { get; set; }
    }

    private sealed class RuleText
    {
        public string? Name { get; set; }

        public string? Decide { get; set; }

        public string? Because { get; set; }

        public List<string?>? Actions { get; set; }

        public List<string>? When { get; set; }

        public string? From { get; set; }

        public bool? Guarded { get; set; }
    }
}
