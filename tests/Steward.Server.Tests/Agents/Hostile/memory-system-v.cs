// Makes a System V segment of shared memory.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(29, 0, 1L << 30, 0x380, 0, 0, 0)));
