// Asks for it in octal numbers.
// by: server
// ends: refused
// says: ^ToolException: 169.254.169.254 is inside a private network
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"http://0251.0376.0251.0376/latest/meta-data/"), cancellationToken)).Body);
