// Fills files that lie in memory and that no limit of its own memory counts.
// ends: failed
// says: ^Refused: Operation not permitted
for (var n = 0; n < 30; n++)
{
    var file = Kernel(syscall(319, Marshal.StringToHGlobalAnsi("m"), 0, 0, 0, 0, 0));
    using var stream = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle((nint)long.Parse(file), false), FileAccess.Write);
    for (var m = 0; m < 100; m++) { stream.Write(new byte[1 << 20]); }
}

return Breach("3000 MB");
