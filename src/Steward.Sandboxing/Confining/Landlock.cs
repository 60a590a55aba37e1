using System.Diagnostics;
using System.Globalization;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// Starts a box without namespaces: a small program becomes the box's user, takes its limits, gives up files (Landlock) and
/// calls (seccomp), and becomes the box's program, which cannot take any of it back. It then has no folder that it can write
/// to, and nothing on the machine that it can open but what it needs to run.
/// </summary>
internal static class Landlock
{
    /// <summary>The exit code of <see cref="Probe"/> when it could start.</summary>
    public const int ProbeStarted = 64;

    private static readonly string Confiner = Path.Combine(AppContext.BaseDirectory, "confine", "Steward.Confine.dll");

    /// <summary>Why it cannot be used here; null when it can.</summary>
    public static string? Obstacle =>
        SystemCalls.OfThisMachine is null ? "Nobody has written down this architecture's system calls."
        : LandlockVersion.OfThisMachine < 1 ? "The kernel has no Landlock, or it is switched off."
        : !File.Exists(Confiner) ? $"{Confiner} is missing."
        : null;

    /// <summary>A program that shows, when it can start, that a box can: it says how it is used and ends with 64.</summary>
    public static Box Probe(SandboxLimits limits) => new(Machine.Dotnet, [Confiner])
    {
        Readable = [Machine.DotnetRoot, Path.GetDirectoryName(Confiner)!], Environment = Machine.SmallRuntime, Limits = limits,
    };

    /// <summary>How it is started for the box.</summary>
    /// <param name="box">What is to run.</param>
    /// <param name="user">The user id that it gets; null to keep the server's.</param>
    /// <param name="cgroup">The folder of its cgroup; null where there is none.</param>
    public static ProcessStartInfo Start(Box box, int? user, string? cgroup)
    {
        var start = new ProcessStartInfo(Machine.Dotnet) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in Machine.SmallRuntime)
        {
            start.Environment[name] = value;
        }

        string[] arguments =
        [
            Confiner, "--parent", Text(Environment.ProcessId), .. user is { } id ? ["--user", Text(id)] : Array.Empty<string>(), .. cgroup is null ? Array.Empty<string>() : ["--cgroup", cgroup],
            .. box.MayFork ? ["--may-fork"] : Array.Empty<string>(),
            .. Machine.Libraries.Concat(box.Readable).SelectMany(path => new[] { "--read", path }),
            .. KernelLimit.Of(box.Limits, user is not null).SelectMany(limit => new[] { "--limit", $"{Text(limit.Number)}={Text(limit.Value)}" }),
            .. box.Environment.Append(new("PATH", "/usr/bin")).Append(new("HOME", "/tmp")).SelectMany(pair => new[] { "--env", $"{pair.Key}={pair.Value}" }),
            "--", box.Program, .. box.Arguments,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
