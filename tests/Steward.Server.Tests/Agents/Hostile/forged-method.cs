// Asks the server for what it is not there for.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
foreach (var method in new[] { "resources/read", "prompts/list", "logging/setLevel", "server/shutdown", "completion/complete" })
{
    Send($$$"""{"jsonrpc":"2.0","id":"{{{method}}}","method":"{{{method}}}","params":{"uri":"file://{{{Goal("data")}}}/canary.txt","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{ } } } }""");
}

await context.Memory.SetAsync("a", 1, cancellationToken);
return Breach("kept");
