// Becomes root.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(105, 0, 0, 0, 0, 0, 0)));
