// Reads the machine's passwords.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText("/etc/shadow"));
