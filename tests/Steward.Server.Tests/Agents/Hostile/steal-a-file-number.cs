// Takes an open file out of another process with pidfd_getfd.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(438, 3, 1, 0, 0, 0, 0)));
