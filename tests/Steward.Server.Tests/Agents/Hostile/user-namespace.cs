// Makes itself root in a namespace of its own.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(272, 0x10000000, 0, 0, 0, 0, 0)));
