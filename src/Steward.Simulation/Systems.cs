namespace Steward.Simulation;

/// <summary>The names of the simulated systems, as they appear in calls, mutations and faults.</summary>
public static class Systems
{
    /// <summary>Railway's API.</summary>
    public const string Railway = "railway";

    /// <summary>GitHub's REST API.</summary>
    public const string GitHub = "github";

    /// <summary>n8n: its webhooks and its public API.</summary>
    public const string N8n = "n8n";

    /// <summary>Telegram's Bot API.</summary>
    public const string Telegram = "telegram";

    /// <summary>PagerDuty's Events API.</summary>
    public const string PagerDuty = "pagerduty";

    /// <summary>The language model.</summary>
    public const string Model = "model";

    /// <summary>The mail server.</summary>
    public const string Mail = "mail";

    /// <summary>The services that run on the simulated Railway, seen from their users: the health endpoints.</summary>
    public const string Deployed = "deployed";
}
