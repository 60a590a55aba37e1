// Sends every process that it may a signal.
// ends: failed
// says: ^Refused: (No such process|Operation not permitted)
return Breach(Kernel(syscall(62, -1, 9, 0, 0, 0, 0)));
