// Loads the server's own code.
// ends: failed
// says: ^(FileNotFound|FileLoad|UnauthorizedAccess)Exception
System.Reflection.Assembly.LoadFrom($"{Goal("programs")}/steward.dll"); return Breach("loaded");
