// Fills the temporary folder.
// ends: failed
// says: ^IOException: No space left
// landlock-says: ^UnauthorizedAccessException
using var file = File.Create("/tmp/flood");
for (var n = 0; n < 500; n++) { file.Write(new byte[1 << 20]); }
return Breach("500 MB");
