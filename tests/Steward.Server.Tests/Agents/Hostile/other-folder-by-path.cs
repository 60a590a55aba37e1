// Reads the folder of another agent on the disk.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
return Breach(File.ReadAllText($"{Goal("data")}/agents/{Goal("victim")}/canary.txt"));
