// Reads the machine's file by the tool.
// by: server
// ends: refused
// says: ^ToolException: .*is not a path below the folder
// tools: "files": {}
return Breach(await context.Files.ReadAsync($"{Goal("data")}/canary.txt", cancellationToken));
