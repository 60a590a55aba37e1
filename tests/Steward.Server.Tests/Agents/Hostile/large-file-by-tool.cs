// Writes one file that is larger than a file may be.
// by: server
// ends: failed
// says: ^ToolException: .*10485760 characters
// tools: "files": {}
// limits: "memoryMb": 512
await context.Files.WriteAsync("f", new string('x', 11 << 20), cancellationToken);
return Breach("11 MB");
