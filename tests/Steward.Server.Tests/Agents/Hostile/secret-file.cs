// Reads a file in the server's data directory.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText($"{Goal("data")}/canary.txt"));
