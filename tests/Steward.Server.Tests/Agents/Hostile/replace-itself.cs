// Replaces its program by another with execve.
// ends: failed
// says: ^Refused: (No such file|Permission denied)
var arguments = new[] { Marshal.StringToHGlobalAnsi("/bin/sh"), 0 };
var handle = GCHandle.Alloc(arguments, GCHandleType.Pinned);
return Breach(Kernel(syscall(59, arguments[0], handle.AddrOfPinnedObject(), 0, 0, 0, 0)));
