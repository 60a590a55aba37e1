// Reads the environment of the first process that it sees, which started the others.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText("/proc/1/environ"));
