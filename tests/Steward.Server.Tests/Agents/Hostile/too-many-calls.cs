// Calls tools without end.
// by: server
// ends: failed
// says: ^ToolException: .*too often
// tools: "memory": {}
for (var n = 0; n < 500; n++) { await context.Memory.GetAsync<int>("a", cancellationToken); }
return Breach("500 calls");
