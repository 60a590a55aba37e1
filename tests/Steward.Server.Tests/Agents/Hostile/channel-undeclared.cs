// Tells people over a channel that it did not declare.
// by: server
// ends: refused
// says: ^ToolException: The agent's declaration does not name
await context.Tools.CallAsync("notify", new() { ["message"] = "x", ["channels"] = new System.Text.Json.Nodes.JsonArray("pagerduty") }, cancellationToken); return Breach("told");
