// Uses a tool that it did not declare.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
await context.Memory.SetAsync("a", 1, cancellationToken); return Breach("kept");
