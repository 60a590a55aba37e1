using System.Runtime.InteropServices;
using Steward.Sandboxing.Confining;

namespace Steward.Confine;

/// <summary>
/// Confines itself as the command line says, for good, and becomes the program that is named there. It is what holds a box
/// where the machine permits no namespaces: user, limits, Landlock and seccomp are a thread's own, go over to the program
/// that it becomes, and cannot be taken back.
/// </summary>
internal static class Program
{
    private const int WrongCommand = 64;
    private const int CannotConfine = 125;

    // prctl(2): what is sent when the parent is gone, and no new rights by a program's file. seccomp(2): set a filter.
    private const int ParentDeathSignal = 1, NoNewPrivileges = 38, KillSignal = 9, SetFilter = 1;
    private const int OwnerOnly = 0b000_111_111;

    private static int Main(string[] args)
    {
        if (Orders.Read(args) is not { } orders || SystemCalls.OfThisMachine is not { } calls)
        {
            Console.Error.WriteLine("usage: [--parent ID] [--user ID] [--cgroup FOLDER] [--may-fork] [--read PATH]... [--limit NUMBER=VALUE]... [--env NAME=VALUE]... -- PROGRAM [ARGUMENT]...");
            return WrongCommand;
        }

        try
        {
            Become(orders, calls);
        }
        catch (Exception e)
        {
            // Never without: what cannot be confined is not started.
            Console.Error.WriteLine($"The program cannot be confined: {e.Message}");
        }

        return CannotConfine;
    }

    private static unsafe void Become(Orders orders, SystemCalls calls)
    {
        if (orders.Group is { } group)
        {
            File.WriteAllText(Path.Combine(group, "cgroup.procs"), "0");
        }

        var rules = Ruleset.Make(LandlockVersion.OfThisMachine);
        orders.Readable.ForEach(rules.Read);
        rules.Use("/dev/null");
        rules.Look("/dev/urandom");
        // .NET looks at its own maps and limits, and does not start where it cannot.
        rules.Look($"/proc/{Environment.ProcessId}");

        // All that needs memory is done before the limits.
        var (root, program, arguments, environment) = (Text("/"), Text(orders.Command[0]), Texts(orders.Command), Texts(orders.Environment));
        var limits = orders.Limits.Select(limit => (limit.Resource, At: Copy([(ulong)limit.Value, (ulong)limit.Value]))).ToArray();
        var code = SeccompFilter.Build(calls, orders.MayFork, ownProcess: Environment.ProcessId);
        var filter = Copy([(ulong)(code.Length / 8), (ulong)Copy(code)]);

        Kernel.Must("chdir", Kernel.ChangeFolder, root);
        _ = Kernel.Call(Kernel.NewSession);
        Kernel.Must("umask", Kernel.SetMask, OwnerOnly);
        if (orders.User is { } user)
        {
            var id = (nint)user;
            Kernel.Must("setgroups", Kernel.SetGroups);
            Kernel.Must("setresgid", Kernel.SetGroup, id, id, id);
            Kernel.Must("setresuid", Kernel.SetUser, id, id, id);
        }

        Kernel.Must("prctl", Kernel.Prctl, NoNewPrivileges, 1);
        // Becoming another user forgets it: after that.
        Kernel.Must("prctl", Kernel.Prctl, ParentDeathSignal, KillSignal);
        if (orders.Parent != 0 && Kernel.Call(Kernel.ParentId) != orders.Parent)
        {
            throw new IOException("The process that started it is gone.");
        }

        rules.Enforce();
        foreach (var (resource, at) in limits)
        {
            Kernel.Must("prlimit64", Kernel.SetLimit, 0, resource, at);
        }

        Kernel.Must("seccomp", Kernel.Seccomp, SetFilter, 0, filter);
        Kernel.Must($"execve {orders.Command[0]}", Kernel.Execute, program, arguments, environment);
    }

    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);

    private static nint Texts(IEnumerable<string> texts) => Copy([.. texts.Select(text => (ulong)Text(text)), 0UL]);

    private static unsafe nint Copy<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var at = NativeMemory.Alloc((nuint)values.Length, (nuint)sizeof(T));
        values.CopyTo(new Span<T>(at, values.Length));
        return (nint)at;
    }

    private static nint Copy(ulong[] values) => Copy<ulong>(values.AsSpan());

    private static nint Copy(byte[] values) => Copy<byte>(values.AsSpan());
}
