namespace Steward.Simulation.GitHub;

// People, the App and the limits.
public sealed partial class SimulatedGitHub
{
    /// <summary>
    /// The private key, as PEM, that the world made for the App; give it to Steward as <c>GitHub:PrivateKey</c>. Only there
    /// when <see cref="WorldOptions.GitHubAppPublicKey"/> was not given.
    /// </summary>
    public string AppPrivateKey => credentials.PrivateKey;

    /// <summary>How far GitHub's clock is ahead of the world's.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Whether only its members see the repository; so at first.</summary>
    public bool IsPrivate
    {
        get => Locked(() => repository.IsPrivate);
        set => Locked(() => repository.IsPrivate = value);
    }

    /// <summary>Somebody gave a person a role: none, read, triage, write, maintain or admin.</summary>
    public void SetPermission(string login, string role) => Locked(() => repository.Permissions[login] = role);

    /// <summary>The installation has these permissions from now on; tokens that are out keep theirs.</summary>
    public void GrantApp(IReadOnlyDictionary<string, string> permissions) => credentials.Granted = permissions;

    /// <summary>Somebody suspended the installation, or ended that.</summary>
    public void SuspendApp(bool suspended = true) => credentials.IsSuspended = suspended;

    /// <summary>No installation token that is out is good any more.</summary>
    public void RevokeTokens() => credentials.Revoke();

    /// <summary>That many requests of this hour are spent.</summary>
    public void SpendRequests(int count) => meter.Spend(count);

    /// <summary>The next requests are refused by the secondary limit, with a Retry-After header where a wait is given.</summary>
    public void LimitSecondary(int requests, TimeSpan? wait = null) => meter.Secondary(requests, wait);
}
