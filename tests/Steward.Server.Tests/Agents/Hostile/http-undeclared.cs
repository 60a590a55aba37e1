// Asks a host that it did not declare.
// by: server
// ends: refused
// says: ^ToolException: The host example.org is not declared
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"http://example.org/"), cancellationToken)).Body);
