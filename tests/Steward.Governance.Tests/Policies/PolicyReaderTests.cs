using Steward.Governance.Policies;

namespace Steward.Governance.Tests.Policies;

public sealed class PolicyReaderTests
{
    [Fact]
    public void The_default_policy_is_sound()
    {
        var policy = PolicyReader.Read(PolicyReader.DefaultText).Value!;

        Assert.Equal(AutonomyLevel.Autonomous, policy.Autonomy);
        Assert.Equal(0.8, policy.Confidence);
        Assert.Equal(new Limits(20, 3, 3), policy.Limits);
        Assert.Equal(TimeSpan.FromMinutes(15), policy.ElevationDefault);
        Assert.Matches("^[0-9a-f]{16}$", policy.Version);
    }

    [Fact]
    public void The_version_is_of_the_text_but_not_of_its_line_ends()
    {
        var text = PolicyReader.DefaultText.ReplaceLineEndings("\n");

        Assert.Equal(Version(text), Version(text.ReplaceLineEndings("\r\n")));
        Assert.NotEqual(Version(text), Version(text + "# a word\n"));
        static string Version(string text) => PolicyReader.Read(text).Value!.Version;
    }

    [Theory]
    [InlineData("autonomy: autonomous", "autonomi: autonomous", "line")]
    [InlineData("autonomy: autonomous", "", "autonomy")]
    [InlineData("autonomy: autonomous", "autonomy: full", "autonomy")]
    [InlineData("autonomy: autonomous", "autonomy: 2", "autonomy")]
    [InlineData("autonomy: autonomous", "autonomy: manual, supervised", "autonomy")]
    [InlineData("autonomy: autonomous", "autonomy: autonomous\nautonomy: manual", "line")]
    [InlineData("services: {}", "services: { web: sometimes }", "services.web")]
    [InlineData("services: {}", "services: { web: }", "services.web")]
    [InlineData("services: {}", "services: { web: manual, web: autonomous }", "line")]
    [InlineData("confidence: 0.8", "confidence: 1.1", "confidence")]
    [InlineData("confidence: 0.8", "confidence: -0.1", "confidence")]
    [InlineData("confidence: 0.8", "confidence: .nan", "confidence")]
    [InlineData("confidence: 0.8", "confidence: high", "line")]
    [InlineData("actions-per-hour: 20 ", "actions-per-hour: -1 ", "limits.actions-per-hour")]
    [InlineData("actions-per-hour: 20 ", "actions-per-hour: 99999999 ", "limits.actions-per-hour")]
    [InlineData("actions-per-hour: 20 ", "actions-per-hour: 1.5 ", "line")]
    [InlineData("actions-per-hour: 20 ", "actions-per-day: 20 ", "line")]
    [InlineData("services-per-hour: 3 ", "", "limits.services-per-hour")]
    [InlineData("rollbacks-per-service-per-hour: 3 ", "rollbacks-per-service-per-hour: 0 ", "limits.rollbacks-per-service-per-hour")]
    [InlineData("expire-after: 60m ", "expire-after: 60 ", "approvals.expire-after")]
    [InlineData("expire-after: 60m ", "expire-after: 8000h ", "approvals.expire-after")]
    [InlineData("expire-after: 60m ", "expire-after: 0m ", "approvals.expire-after")]
    [InlineData("expire-after: 60m ", "expire-after: -5m ", "approvals.expire-after")]
    [InlineData("expire-after: 60s ", "expire-after: NaNs ", "permits.expire-after")]
    [InlineData("expire-after: 60s ", "expire-after: Infinityh ", "permits.expire-after")]
    [InlineData("expire-after: 60s ", "expire-after: 1e300h ", "permits.expire-after")]
    [InlineData("expire-after: 60s ", "expire-after: 2h ", "permits.expire-after")]
    [InlineData("decide: deny\n    because: Billing", "decide: never\n    because: Billing", "rules[0] (out-of-scope).decide")]
    [InlineData("decide: deny\n    because: Billing", "decide: approve, deny\n    because: Billing", "rules[0] (out-of-scope).decide")]
    [InlineData("decide: deny\n    because: Billing", "decision: deny\n    because: Billing", "line")]
    [InlineData("- name: looking", "- decide: allow\n    actions: [\"x\"]\n\n  - name: looking", "has no name")]
    [InlineData("- name: looking", "- ~\n  - name: looking", "has no name")]
    [InlineData("actions: [\"*.read\", \"tests.run\", \"linters.run\"]", "actions: []", "(looking).actions")]
    [InlineData("actions: [\"*.read\", \"tests.run\", \"linters.run\"]", "actions: [~, \"x\"]", "(looking).actions")]
    [InlineData("when: [known-good]", "when: [\"\"]", "(rolling-back).when")]
    [InlineData("from: supervised", "from: high", "(proposing).from")]
    public void A_mistake_is_refused_with_its_place(string right, string wrong, string place)
    {
        var text = PolicyReader.DefaultText;
        Assert.Contains(right, text, StringComparison.Ordinal);

        var read = PolicyReader.Read(text.Replace(right, wrong, StringComparison.Ordinal));

        Assert.True(read.IsRefused);
        Assert.Contains(place, read.Refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("rules: []")]
    [InlineData("just words")]
    [InlineData("- a\n- list")]
    [InlineData("a: [unclosed")]
    [InlineData("\t")]
    public void What_is_no_policy_is_refused(string text) => Assert.True(PolicyReader.Read(text).IsRefused);

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var text = PolicyReader.DefaultText
            .Replace("confidence: 0.8", "confidence: 8", StringComparison.Ordinal)
            .Replace("autonomy: autonomous", "autonomy: wild", StringComparison.Ordinal);

        Assert.Contains("2 mistake(s)", PolicyReader.Read(text).Refusal!.Message, StringComparison.Ordinal);
    }
}
