// Makes a namespace for mounts.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(272, 0x20000, 0, 0, 0, 0, 0)));
