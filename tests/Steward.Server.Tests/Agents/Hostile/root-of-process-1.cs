// Goes to the machine's files by way of another process's root.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText("/proc/1/root/etc/passwd"));
