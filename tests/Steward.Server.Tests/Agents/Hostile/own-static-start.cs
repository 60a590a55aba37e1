// Does its deed before anybody runs it, when its assembly is loaded.
// ends: failed
// says: FileNotFoundException|DirectoryNotFoundException|UnauthorizedAccessException|TypeInitializationException
// more: static class Early { public static readonly string Said = "breach: " + File.ReadAllText("/etc/shadow"); }
return AgentResult.Success(Early.Said);
