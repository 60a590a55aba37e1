// Hands in a result and a memory without measure.
// by: server
// ends: failed
// says: wants to hand on
return AgentResult.Success(new string('x', 1 << 20), new string('y', 1 << 20));
