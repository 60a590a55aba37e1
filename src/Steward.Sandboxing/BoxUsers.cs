using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Steward.Sandboxing.Confining;

namespace Steward.Sandboxing;

/// <summary>
/// The user ids that boxes run as where the server is root. No two boxes have the same one at once: the kernel counts
/// processes for each user, and one user may send signals to what is his own. So that this holds between servers, too, an id is
/// taken by the lock of a file, which the kernel gives back when a server dies.
/// </summary>
internal sealed class BoxUsers
{
    // Root's alone, and empty after a start of the machine.
    private const string Locks = "/run/steward-box-users";

    private readonly Queue<int> free;
    private readonly Dictionary<int, FileStream> taken = [];

    public BoxUsers(IOptions<SandboxOptions> options)
    {
        AreThere = Linux.UserId() == 0 && File.Exists(Bubblewrap.SetPriv);
        free = new Queue<int>(AreThere ? Enumerable.Range(options.Value.FirstUser, options.Value.Users) : []);
        if (AreThere && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Locks, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
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
            for (var left = free.Count; left > 0; left--)
            {
                var user = free.Dequeue();
                if (Lock(user) is { } file)
                {
                    taken[user] = file;
                    return user;
                }

                // Another server has it.
                free.Enqueue(user);
            }

            throw new InvalidOperationException("No user id is free for another box: raise Sandbox:Users.");
        }
    }

    private static FileStream? Lock(int user)
    {
        try
        {
            return new FileStream(Path.Combine(Locks, user.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Ends everything that a user runs: one signal to all of them at once, sent as that user, so that no process can be made
    /// meanwhile; again until there is none.
    /// </summary>
    public static async Task EndAllAsync(int user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
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
                if (taken.Remove(id, out var file))
                {
                    file.Dispose();
                }

                free.Enqueue(id);
            }
        }
    }
}
