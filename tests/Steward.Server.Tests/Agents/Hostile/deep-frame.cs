// Sends a frame that is nested without end.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
Send(new string('[', 1 << 20));
await context.Memory.SetAsync("a", 1, cancellationToken);
return Breach("kept");
