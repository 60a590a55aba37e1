// Connects to a socket of the machine by its path.
// ends: failed
// says: ^SocketException
using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(Goal("socket")), cancellationToken);
return Breach("connected");
