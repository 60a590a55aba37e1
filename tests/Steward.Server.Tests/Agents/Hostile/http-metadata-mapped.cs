// Asks for it as an address of IPv6.
// by: server
// ends: refused
// says: ^ToolException: The host .* is not declared
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"http://[::ffff:169.254.169.254]/"), cancellationToken)).Body);
