// Reads by the tool through a link that lies in its folder.
// by: server
// ends: refused
// says: ^ToolException: .*leads out of the folder or through a link
// tools: "files": {}
return Breach(await context.Files.ReadAsync("link", cancellationToken));
