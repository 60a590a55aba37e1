namespace Steward.Sandboxing;

/// <summary>How strongly programs that nobody trusts are held on this machine.</summary>
public enum SandboxClass
{
    /// <summary>They are not run at all: no mechanism is there, and the owner has not allowed to go without.</summary>
    Refused,

    /// <summary>Not at all: they run as ordinary processes of the server's user, because the owner has allowed it.</summary>
    Unconfined,

    /// <summary>
    /// By Landlock, seccomp and limits alone, where the machine permits no namespaces: they share processes, names and the
    /// view of the network with the machine, and are kept from using them.
    /// </summary>
    Landlock,

    /// <summary>By namespaces of their own (bubblewrap), seccomp and limits.</summary>
    Namespaces,
}

/// <summary>Which class is in force, and why no stronger one.</summary>
/// <param name="Class">The class.</param>
/// <param name="HasCgroups">Whether memory, processor and number of processes are limited by cgroup v2, for a whole box together.</param>
/// <param name="HasUsers">Whether every box has a user of its own; the server has to be root for that.</param>
/// <param name="Reasons">Why it is so, for people: what was looked for and what was found.</param>
public sealed record SandboxState(SandboxClass Class, bool HasCgroups, bool HasUsers, IReadOnlyList<string> Reasons)
{
    /// <summary>In a word or two, such as <c>namespaces, own user</c>.</summary>
    public string Text => string.Join(", ", new[] { Class.ToString().ToLowerInvariant(), HasUsers ? "own user" : null, HasCgroups ? "cgroup" : null }.OfType<string>());
}
