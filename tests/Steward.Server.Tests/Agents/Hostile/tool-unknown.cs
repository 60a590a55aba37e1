// Uses tools whose names it invents.
// ends: failed
// says: ^ToolException: The agent's declaration does not name
await context.Tools.CallAsync("server_shutdown", [], cancellationToken); return Breach("done");
