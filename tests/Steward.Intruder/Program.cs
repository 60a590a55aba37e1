using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Steward.Intruder;

/// <summary>A program that tries one thing which a confined program must not be able to do, and says how that went.</summary>
internal static partial class Program
{
    private const int Worked = 0;
    private const int WasRefused = 3;
    private const int Megabyte = 1 << 20;

    private static int Main(string[] args)
    {
        try
        {
            Console.WriteLine(Try(args));
            return Worked;
        }
        catch (Exception e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
            return WasRefused;
        }
    }

    private static string Try(string[] args) => args[0] switch
    {
        "hello" => "hello",
        "echo" => Console.In.ReadLine() ?? "",
        "read" => File.ReadAllText(args[1]),
        "list" => string.Join(' ', Directory.EnumerateFileSystemEntries(args[1])),
        "environment" => string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order()),
        "write" => Write(args[1], int.Parse(args[2])),
        "socket" => Kernel(socket(int.Parse(args[1]), 1, 0)),
        "connect" => Connect(args[1], int.Parse(args[2])),
        "start" => Start(args[1..]),
        "threads" => Threads(int.Parse(args[1])),
        "managed" => Managed(int.Parse(args[1])),
        "native" => Native(int.Parse(args[1])),
        "kill" => Kernel(kill(int.Parse(args[1]), 9)),
        "call" => Kernel(syscall(long.Parse(args[1]), args.Length > 2 ? long.Parse(args[2]) : 0, 0, 0, 0, 0)),
        "link" => Link(args[1], args[2]),
        "loop" => Loop(),
        "flood" => Flood(long.Parse(args[1])),
        _ => throw new ArgumentException(args[0]),
    };

    private static string Write(string folder, int megabytes)
    {
        using var file = File.Create(Path.Combine(folder, "flood"));
        for (var n = 0; n < megabytes; n++)
        {
            file.Write(new byte[Megabyte]);
        }

        return $"{megabytes} MB";
    }

    private static string Connect(string host, int port)
    {
        using var client = new TcpClient();
        client.Connect(host, port);
        return "connected";
    }

    private static string Start(string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        return $"started {process.Id}";
    }

    private static string Threads(int count)
    {
        for (var n = 0; n < count; n++)
        {
            new Thread(() => new ManualResetEvent(false).WaitOne()) { IsBackground = true }.Start();
        }

        return $"{count} threads";
    }

    private static string Managed(int megabytes)
    {
        var all = new List<byte[]>();
        for (var n = 0; n < megabytes; n++)
        {
            all.Add(new byte[Megabyte]);
            all[^1].AsSpan().Fill(1);
        }

        return $"{all.Count} MB";
    }

    private static unsafe string Native(int megabytes)
    {
        for (var n = 0; n < megabytes; n++)
        {
            new Span<byte>(NativeMemory.Alloc(Megabyte), Megabyte).Fill(1);
        }

        return $"{megabytes} MB";
    }

    private static string Link(string target, string link)
    {
        File.CreateSymbolicLink(link, target);
        return File.ReadAllText(link);
    }

    private static string Loop()
    {
        while (true)
        {
        }
    }

    private static string Flood(long bytes)
    {
        var line = new string('x', 1023);
        for (var n = 0L; n < bytes; n += 1024)
        {
            Console.WriteLine(line);
        }

        return "flooded";
    }

    private static string Kernel(long answer) => answer >= 0 ? $"answered {answer}" : throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d, long e);
}
