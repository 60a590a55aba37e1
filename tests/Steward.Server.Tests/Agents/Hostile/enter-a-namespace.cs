// Enters the namespaces of another process.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(308, 0, 0, 0, 0, 0, 0)));
