// Leaves a file for its next attempt to find.
// ends: failed
// says: nothing was left
// limits: "retries": 1
// landlock-says: ^UnauthorizedAccessException
if (File.Exists("/tmp/left")) { return Breach("found what an earlier run left"); }
File.WriteAllText("/tmp/left", "x");
throw new Refused("nothing was left");
