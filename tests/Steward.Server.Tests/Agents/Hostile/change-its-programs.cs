// Writes over the programs that run it.
// ends: failed
// says: ^(IOException|UnauthorizedAccessException).*(Read-only|[dD]enied)
File.WriteAllText(typeof(Agent).Assembly.Location is { Length: > 0 } place ? place : AppContext.BaseDirectory + "Steward.AgentHost.dll", "x"); return Breach("written");
