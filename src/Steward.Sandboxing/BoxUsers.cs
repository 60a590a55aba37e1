using System.Diagnostics;
using Microsoft.Extensions.Options;
using Steward.Sandboxing.Confining;

namespace Steward.Sandboxing;

/// <summary>
/// The user ids that boxes run as where the server is root. No two boxes have the same one at once: the kernel counts
/// processes for each user, and one user may send signals to what is his own.
/// </summary>
internal sealed class BoxUsers
{
    private readonly Queue<int> free;

    public BoxUsers(IOptions<SandboxOptions> options)
    {
        AreThere = Linux.UserId() == 0 && File.Exists(Bubblewrap.SetPriv);
        free = new Queue<int>(AreThere ? Enumerable.Range(options.Value.FirstUser, options.Value.Users) : []);
    }

    /// <summary>Whether boxes have users of their own.</summary>
    public bool AreThere { get; }

    /// <summary>One that nobody has; null when there are none to have.</summary>
    /// <exception cref="InvalidOperationException">All are taken: more boxes than the settings allow.</exception>
    public int? Take()
    {
        if (!AreThere)
        {
            return null;
        }

        lock (free)
        {
            return free.TryDequeue(out var user) ? user : throw new InvalidOperationException("No user id is free for another box: raise Sandbox:Users.");
        }
    }

    /// <summary>
    /// Ends everything that a user runs: one signal to all of them at once, sent as that user, so that no process can be made
    /// meanwhile; again until there is none.
    /// </summary>
    public static async Task EndAllAsync(int user)
    {
        var id = user.ToString(System.Globalization.CultureInfo.InvariantCulture);
        while (Machine.ThreadsOf((uint)user) > 0)
        {
            using var ending = Process.Start(Bubblewrap.SetPriv, ["--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", "--", "/bin/sh", "-c", "kill -KILL -1"]);
            await ending.WaitForExitAsync();
        }
    }

    /// <summary>Gives one back. The one that was free longest is taken next: what a box left behind has time to go.</summary>
    public void Return(int? user)
    {
        if (user is { } id)
        {
            lock (free)
            {
                free.Enqueue(id);
            }
        }
    }
}
