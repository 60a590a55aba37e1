// Reads the server's environment by its process id.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText($"/proc/{Goal("server")}/environ"));
