// Is led by a declared host to a file.
// by: server
// ends: failed
// says: ^ToolException: The address must begin with http
// tools: "http": { "hosts": ["127.0.0.1", "localhost", "169.254.169.254", "metadata.google.internal"] }
return Breach((await context.Http.GetAsync(new Uri($"{Goal("page")}away?to=file:///etc/passwd"), cancellationToken)).Body);
