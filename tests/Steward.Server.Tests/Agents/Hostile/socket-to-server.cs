// Connects to the server's own port.
// ends: failed
// says: ^SocketException
using var client = new System.Net.Sockets.TcpClient();
await client.ConnectAsync("127.0.0.1", int.Parse(Goal("port")), cancellationToken);
return Breach("connected");
