using System.Net;
using System.Net.Sockets;

namespace Steward.Simulation.Mail;

/// <summary>Listens for mail and talks with whoever comes.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly List<Task> talks = [];
    private readonly List<(TcpListener Listener, Task Accepting)> doors = [];
    private readonly Func<SmtpTalk> talk;
    private readonly CancellationToken worldEnds;

    public SmtpServer(Func<SmtpTalk> talk, CancellationToken worldEnds) => (this.talk, this.worldEnds) = (talk, worldEnds);

    /// <summary>Opens a door and gives its port.</summary>
    public int Open(bool encrypted)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        doors.Add((listener, AcceptAsync(listener, encrypted)));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (listener, accepting) in doors)
        {
            listener.Dispose();
            await accepting;
        }

        Task[] left;
        lock (talks)
        {
            left = [.. talks];
        }

        await Task.WhenAll(left);
    }

    private async Task AcceptAsync(TcpListener listener, bool encrypted)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(worldEnds);
                lock (talks)
                {
                    talks.RemoveAll(task => task.IsCompleted);
                    talks.Add(TalkAsync(client, encrypted));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The world ended.
        }
    }

    private async Task TalkAsync(TcpClient client, bool encrypted)
    {
        using var conversation = talk();
        try
        {
            await conversation.RunAsync(client, encrypted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // Whoever talked has left.
        }
        finally
        {
            client.Dispose();
        }
    }
}
