using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Steward.AgentHost;

/// <summary>
/// Runs a browser in a box whose network is empty, and is the only thing that it can reach there: what it sends to a port of
/// the loopback goes to a socket of the server's, which decides about it. Nothing is decided here.
/// </summary>
internal static class Forwarder
{
    private const int Signals = 128;

    /// <summary>Listens, starts the program with this process's input, output and errors, and ends with it.</summary>
    /// <param name="socket">The path of the server's socket.</param>
    /// <param name="port">Where to listen.</param>
    /// <param name="program">The program and its arguments.</param>
    /// <returns>The program's exit code; 1 where a signal ended it.</returns>
    public static async Task<int> RunAsync(string socket, string port, string[] program)
    {
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        listener.Start();
        var served = ServeAsync(listener, new UnixDomainSocketEndPoint(socket));
        using var running = Process.Start(new ProcessStartInfo(program[0], program[1..]))!;
        await await Task.WhenAny(served, running.WaitForExitAsync());
        if (running.HasExited && running.ExitCode <= Signals)
        {
            return running.ExitCode;
        }

        // Its own end would say of this process what is true of another.
        await Console.Error.WriteLineAsync(running.HasExited ? $"FATAL: the browser's process was ended by signal {running.ExitCode - Signals}" : "FATAL: nobody listens for the browser any more");
        return 1;
    }

    private static async Task ServeAsync(TcpListener listener, UnixDomainSocketEndPoint server)
    {
        while (true)
        {
            _ = ForwardAsync(await listener.AcceptSocketAsync(), server);
        }
    }

    private static async Task ForwardAsync(Socket near, UnixDomainSocketEndPoint server)
    {
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (near)
        {
            try
            {
                near.NoDelay = true;
                await far.ConnectAsync(server);
                await Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
            }
            catch (SocketException)
            {
                // One of the two has gone: so does the other.
            }
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Dispose();
            to.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // The other direction has ended both.
        }
    }
}
