// Asks a declared name that means this machine at the moment of connecting, as in DNS rebinding.
// by: server
// ends: refused
// says: ^ToolException: localhost is inside a private network
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"http://localhost:{Goal("port")}/api/agents"), cancellationToken)).Body);
