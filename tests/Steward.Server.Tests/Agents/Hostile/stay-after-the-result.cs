// Hands in its result and stays.
// ends: succeeded
// says: ^done$
// limits: "time": "00:00:10"
new Thread(() => Thread.Sleep(-1)).Start(); return AgentResult.Success("done");
