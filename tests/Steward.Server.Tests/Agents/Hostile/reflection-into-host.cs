// Reaches into the program that runs it and calls a tool behind the kit's back.
// ends: refused|timedOut
// says: ^ToolException: .*The agent's declaration does not name|took longer than it may|^Its time was up
// limits: "time": "00:00:05"
var host = System.Reflection.Assembly.GetEntryAssembly()!;
var type = host.GetTypes().Single(one => one.Name == "WireTools");
var tools = (ITools)type.GetConstructors()[0].Invoke([host.GetTypes().Single(one => one.Name == "Wire").GetMethod("Open")!.Invoke(null, null)]);
var asked = tools.CallAsync("memory_get", new() { ["key"] = "canary" }, cancellationToken);
await context.Tools.CallAsync("memory_get", new() { ["key"] = "canary" }, cancellationToken);
return Breach("reached");
