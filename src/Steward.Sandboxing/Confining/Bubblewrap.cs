using System.Diagnostics;
using System.Globalization;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// Starts a box in namespaces of its own: it sees itself as the only process, has no network, no environment but what it
/// is given, a read-only system without programs, and a folder <c>/tmp</c> of limited size in memory.
/// </summary>
/// <remarks>
/// <para>Every program in the line replaces the one before, so that the id of the process that is started is bubblewrap's,
/// whose death ends everything inside. bubblewrap's own first process keeps the environment that it was started with:
/// that is emptied beforehand and not by bubblewrap.</para>
/// <para>A server that is root builds the box as root, so that it may lie where only root can read, and the program in it
/// becomes a user of its own without any capability. Any other server needs a user namespace to build one.</para>
/// </remarks>
internal static class Bubblewrap
{
    // Where the inside begins, to become somebody else.
    public const string SetPriv = "/usr/bin/setpriv";
    private const string Nobody = "65534";
    private const long SharedMemory = 16 << 20;

    private static readonly string[] Devices = ["/dev/null", "/dev/urandom", "/dev/random"];

    /// <summary>How bubblewrap is started for the box.</summary>
    /// <param name="box">What is to run.</param>
    /// <param name="filter">The path at which the system-call filter can be read by the server's user.</param>
    /// <param name="user">The user id that it gets; null to keep the server's.</param>
    /// <param name="cgroup">The folder of its cgroup; null where there is none.</param>
    public static ProcessStartInfo Start(Box box, string filter, int? user, string? cgroup)
    {
        // .NET cannot hand over another file than the three of every program; the shell can.
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        var join = cgroup is null ? "" : "echo $$ > \"$2/cgroup.procs\" || exit 125; ";
        Add(start, "-c", $"{join}exec 3<\"$1\"; shift 2; exec \"$@\"", "box", filter, cgroup ?? "");
        Add(start, [
            "prlimit", .. Limits(box.Limits, user is not null), "--", "bwrap", .. user is null ? AsAnybody : AsRoot, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--hostname", "sandbox", "--die-with-parent", "--new-session", "--seccomp", "3", .. Mounts(box, user is null ? [] : [SetPriv]), .. Environment(box), "--",
            .. user is { } id ? Become(id.ToString(CultureInfo.InvariantCulture)) : [], box.Program, .. box.Arguments,
        ]);
        return start;
    }

    private static readonly string[] AsAnybody = ["--unshare-user", "--disable-userns", "--uid", Nobody, "--gid", Nobody, "--cap-drop", "ALL"];

    // What it takes to become another user, and nothing else; becoming him gives it up.
    private static readonly string[] AsRoot = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"];

    private static string[] Become(string user) =>
        [SetPriv, "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"];

    private static IEnumerable<string> Limits(SandboxLimits limits, bool hasUser) => KernelLimit.Of(limits, hasUser).Select(limit => Text($"--{limit.Name}={limit.Value}"));

    private static IEnumerable<string> Mounts(Box box, string[] programs)
    {
        string[] paths = [.. Machine.Libraries, .. programs, .. box.Readable];
        return
        [
            "--size", Text($"{box.Limits.Scratch}"), "--perms", "1777", "--tmpfs", "/tmp",
            // Made here, because those that bubblewrap makes by itself are open to their owner only.
            .. paths.Append("/dev/null").SelectMany(Above).Where(folder => folder != "/tmp").Distinct().Order(StringComparer.Ordinal).SelectMany(folder => new[] { "--dir", folder }),
            .. paths.SelectMany(path => new FileInfo(path).LinkTarget is { } target ? ["--symlink", target, path] : new[] { "--ro-bind", path, path }),
            "--proc", "/proc",
            .. Devices.SelectMany(device => new[] { "--dev-bind", device, device }), "--size", Text($"{SharedMemory}"), "--perms", "1777", "--tmpfs", "/dev/shm",
            "--chdir", "/tmp", "--remount-ro", "/",
        ];
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is { Length: > 1 }; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private static IEnumerable<string> Environment(Box box) =>
        ["--clearenv", .. box.Environment.Append(new("PATH", "/usr/bin")).Append(new("HOME", "/tmp")).SelectMany(pair => new[] { "--setenv", pair.Key, pair.Value })];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(ProcessStartInfo start, params IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }
}
