// Reads whatever can be read, everywhere but in the system's libraries and among those of the program that runs it, and says which top folders gave anything.
// ends: succeeded
// says: ^read in: (/etc)?$
var found = new SortedSet<string>();
var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
foreach (var top in new[] { "/etc", "/home", "/root", "/var", "/run", "/mnt", "/srv", "/opt", "/tmp", "/boot", "/workspace", Goal("data") })
{
    try
    {
        foreach (var file in Directory.EnumerateFiles(top, "*", walk).Where(file => !file.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal)))
        {
            try { File.OpenRead(file).Dispose(); found.Add(top); context.Log.Info(file); } catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        }
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
}

return AgentResult.Success($"read in: {string.Join(' ', found)}");
