// Asks for a value that another agent has kept.
// by: server
// ends: failed
// says: nothing under that key
// tools: "memory": {}
var got = await context.Memory.GetAsync<string>("canary", cancellationToken);
return got is null ? AgentResult.Failure("nothing under that key") : Breach(got);
