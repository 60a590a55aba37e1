// Hands in a result by itself, twice, and then fails.
// by: server
// ends: failed|succeeded
// says: ^the (first|second)$
Send("""{"jsonrpc":"2.0","id":901,"method":"tools/call","params":{"name":"run_finish","arguments":{"isSuccess":false,"text":"the first"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""");
Send("""{"jsonrpc":"2.0","id":902,"method":"tools/call","params":{"name":"run_finish","arguments":{"isSuccess":true,"text":"the second","runId":"00000000-0000-0000-0000-000000000000"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""");
await Task.Delay(300, cancellationToken);
return AgentResult.Success("the third");
