using System.Text.RegularExpressions;

namespace Steward.Governance.Policies;

/// <summary>What a rule says about the calls that it matches.</summary>
public enum RuleDecision
{
    /// <summary>Allowed, at the rule's autonomy level or above.</summary>
    Allow,

    /// <summary>A person has to decide.</summary>
    Approve,

    /// <summary>Never, whoever asks.</summary>
    Deny,
}

/// <summary>One line of the policy. The first rule that matches a call decides.</summary>
/// <param name="Name">Its name, as reasons and audit rows quote it.</param>
/// <param name="Decide">What it says.</param>
/// <param name="Because">Why, for people.</param>
/// <param name="Actions">The actions that it matches; <c>*</c> stands for any characters.</param>
/// <param name="When">Facts that the actor must have established; without them the rule does not match.</param>
/// <param name="From">For allow: the lowest autonomy level at which no person is needed.</param>
/// <param name="Guarded">For allow: whether the confidence threshold and the hourly limits apply.</param>
public sealed record Rule(
    string Name,
    RuleDecision Decide,
    string Because,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> When,
    AutonomyLevel From,
    bool Guarded)
{
    private readonly Regex pattern = new(
        $"^(?:{string.Join('|', Actions.Select(action => Regex.Escape(action).Replace("\\*", ".*", StringComparison.Ordinal)))})\\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);

    /// <summary>True when the rule speaks of this action and all its facts are established.</summary>
    public bool Matches(string action, IReadOnlySet<string> facts) => pattern.IsMatch(action) && When.All(facts.Contains);
}

/// <summary>How much may happen in any hour without a person.</summary>
/// <param name="ActionsPerHour">Guarded calls in an hour, of those that change services and of the others; more of either need a person.</param>
/// <param name="ServicesPerHour">The blast radius: different services changed in an hour; more need a person.</param>
/// <param name="RollbacksPerServicePerHour">When one service was rolled back this often in an hour, its kill switch is raised.</param>
public sealed record Limits(int ActionsPerHour, int ServicesPerHour, int RollbacksPerServicePerHour);

/// <summary>What Steward may do: read from a file, replaced whole.</summary>
/// <param name="Version">The first 16 hexadecimal digits of the SHA-256 of the file's text. Permits and approvals are bound to it.</param>
/// <param name="Autonomy">The level where no service says otherwise.</param>
/// <param name="Services">Levels of single services.</param>
/// <param name="Confidence">Below this confidence (0 to 1) a guarded call needs a person.</param>
/// <param name="Limits">How much may happen in any hour without a person.</param>
/// <param name="ApprovalLifetime">How long a person has to decide; after it the call is denied.</param>
/// <param name="PermitLifetime">How long a permit can be redeemed.</param>
/// <param name="ElevationDefault">How long an elevation lasts when nobody says.</param>
/// <param name="ElevationLongest">How long an elevation may last.</param>
/// <param name="Rules">In order; the first that matches decides, and where none does a person has to.</param>
public sealed record Policy(
    string Version,
    AutonomyLevel Autonomy,
    IReadOnlyDictionary<string, AutonomyLevel> Services,
    double Confidence,
    Limits Limits,
    TimeSpan ApprovalLifetime,
    TimeSpan PermitLifetime,
    TimeSpan ElevationDefault,
    TimeSpan ElevationLongest,
    IReadOnlyList<Rule> Rules)
{
    /// <summary>The text that it was read from.</summary>
    public string Text { get; init; } = "";

    /// <summary>The level at which a service is run.</summary>
    public AutonomyLevel LevelOf(string? service) =>
        service is not null && Services.TryGetValue(service, out var level) ? level : Autonomy;

    /// <summary>The rule that decides about an action, or null where none speaks of it.</summary>
    public Rule? RuleFor(string action, IReadOnlySet<string> facts) => Rules.FirstOrDefault(rule => rule.Matches(action, facts));
}
