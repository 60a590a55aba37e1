// Sends something out without a person's yes.
// by: server
// ends: refused
// says: ^ToolException: A person has to decide
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.PostAsync(new Uri(Goal("page")), "x", "text/plain", cancellationToken)).Body);
