// Sends answers to questions that nobody asked, and words that are no frames.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
Send("""{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"granted":true}}}""");
Send("{}"); Send("[]"); Send("null"); Send("\0\u0001"); Send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
await context.Memory.SetAsync("a", 1, cancellationToken);
return Breach("kept");
