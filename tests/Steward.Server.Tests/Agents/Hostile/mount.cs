// Mounts the machine's processes once more.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(165, Marshal.StringToHGlobalAnsi("proc"), Marshal.StringToHGlobalAnsi("/tmp"), Marshal.StringToHGlobalAnsi("proc"), 0, 0, 0)));
