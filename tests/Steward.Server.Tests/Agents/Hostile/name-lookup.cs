// Carries something out in the name of a host that it looks up.
// ends: failed
// says: ^(SocketException|DllNotFoundException)
return Breach($"{(await System.Net.Dns.GetHostAddressesAsync("secret.example.org", cancellationToken)).Length}");
