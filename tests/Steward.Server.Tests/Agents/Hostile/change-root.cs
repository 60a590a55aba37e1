// Leaves by chroot.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(161, Marshal.StringToHGlobalAnsi("/tmp"), 0, 0, 0, 0, 0)));
