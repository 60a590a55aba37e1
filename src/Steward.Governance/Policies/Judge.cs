using System.Globalization;
using System.Text.RegularExpressions;
using Steward.Governance.Calls;

namespace Steward.Governance.Policies;

/// <summary>Decides from the facts in hand whether a call may be made. Pure.</summary>
public static partial class Judge
{
    private const string NoRule = "no-rule";
    private const string NoName = "no-action-name";

    /// <summary>The verdict. Stops come first, then the first rule that matches; a call that no rule knows needs a person.</summary>
    public static Verdict Decide(Policy policy, CallRequest request, GateFacts facts)
    {
        var call = request.Call;
        if (!ActionName().IsMatch(call.Action))
        {
            // 'Billing.read' must not slip past the rule for 'billing.*'.
            return new Verdict.Deny(NoName, "An action is named by words of a-z, 0-9, '-' and '_' with dots between them.");
        }

        var rule = policy.RuleFor(call.Action, request.Facts);
        if (rule is { Decide: RuleDecision.Deny })
        {
            return new Verdict.Deny(rule.Name, rule.Because);
        }

        if (facts.Stop is not null)
        {
            return new Verdict.Hold(facts.Stop);
        }

        return rule switch
        {
            null => new Verdict.Approve(NoRule, $"No rule of the policy speaks of '{call.Action}'."),
            { Decide: RuleDecision.Approve } => new Verdict.Approve(rule.Name, rule.Because),
            _ => Allowed(policy, request, facts, rule),
        };
    }

    private static Verdict Allowed(Policy policy, CallRequest request, GateFacts facts, Rule rule)
    {
        var own = policy.LevelOf(request.Call.Service);
        var level = facts.Elevated > own ? facts.Elevated.Value : own;
        if (level < rule.From)
        {
            return new Verdict.Approve(rule.Name, string.Create(CultureInfo.InvariantCulture,
                $"The level is {level} and '{rule.Name}' asks for {rule.From}."));
        }

        return rule.Guarded && Guard(policy, request, facts) is { } objection
            ? new Verdict.Approve(rule.Name, objection)
            : new Verdict.Allow(rule.Name, rule.Because, rule.Guarded);
    }

    private static string? Guard(Policy policy, CallRequest request, GateFacts facts)
    {
        // Not-a-number compares false with everything: ask for what is wanted, not for what is not.
        if (!(request.Confidence >= policy.Confidence && request.Confidence <= 1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"The confidence is {request.Confidence:0.00}, not from {policy.Confidence:0.00} to 1.");
        }

        // The limits are for what happens without a person.
        if (request.IsAsked)
        {
            return null;
        }

        var service = request.Call.Service;
        if (facts.ActionsLastHour >= policy.Limits.ActionsPerHour)
        {
            return $"{facts.ActionsLastHour} actions that {(service is null ? "change no service" : "change services")} were taken in the last hour; the limit is {policy.Limits.ActionsPerHour}.";
        }

        var services = facts.ServicesLastHour.Count + 1;
        return service is not null && !facts.ServicesLastHour.Contains(service) && services > policy.Limits.ServicesPerHour
            ? $"It would be the {services}th service changed in the last hour; the blast radius is {policy.Limits.ServicesPerHour}."
            : null;
    }

    [GeneratedRegex(@"^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ActionName();
}
