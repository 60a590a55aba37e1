// Sends its parent a signal.
// ends: failed
// says: ^Refused: (No such process|Operation not permitted)
return Breach(Kernel(syscall(62, syscall(110, 0, 0, 0, 0, 0, 0), 9, 0, 0, 0, 0)));
