// Reads the server's database.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach($"{File.ReadAllBytes($"{Goal("data")}/steward.db").Length} bytes");
