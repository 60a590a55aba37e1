// Uses tools whose names it invents.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
await context.Tools.CallAsync("server_shutdown", [], cancellationToken); return Breach("done");
