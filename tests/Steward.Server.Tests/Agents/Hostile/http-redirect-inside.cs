// Is led by a declared host to a private address.
// by: server
// ends: refused
// says: ^ToolException: localhost is inside a private network
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"{Goal("page")}away"), cancellationToken)).Body);
