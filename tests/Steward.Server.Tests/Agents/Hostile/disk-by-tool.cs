// Fills its own folder by the tool.
// by: server
// ends: failed
// says: ^ToolException: .*100 MB
// tools: "files": {}
// limits: "memoryMb": 512
var text = new string('x', 9 << 20);
for (var n = 0; n < 20; n++) { await context.Files.WriteAsync($"f{n}", text, cancellationToken); }
return Breach("180 MB");
