// Reads the server's settings.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText($"{Goal("data")}/steward.json"));
