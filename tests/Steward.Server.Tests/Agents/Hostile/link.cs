// Makes a link to a secret and reads that.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
File.CreateSymbolicLink("/tmp/link", $"{Goal("data")}/canary.txt");
return Breach(File.ReadAllText("/tmp/link"));
