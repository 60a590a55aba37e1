// Reads by the tool through a folder that is a link.
// by: server
// ends: refused
// says: ^ToolException: .*leads out of the folder or through a link
// tools: "files": {}
return Breach(await context.Files.ReadAsync("out/canary.txt", cancellationToken));
