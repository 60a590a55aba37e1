// Opens the memory of another process.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach($"{File.OpenRead($"/proc/{Goal("other")}/mem").Length}");
