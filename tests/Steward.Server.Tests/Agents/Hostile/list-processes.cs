// Lists the processes of the machine.
// ends: failed
// says: none beside
// landlock-says: ^(UnauthorizedAccessException|none beside)
var others = System.Diagnostics.Process.GetProcesses().Where(process => process.Id > 10).ToList();
return others.Count > 0 ? Breach($"{others.Count} processes, {others[0].ProcessName}") : AgentResult.Failure($"none beside the box's own");
