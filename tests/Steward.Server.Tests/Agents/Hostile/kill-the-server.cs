// Sends the server a signal.
// ends: failed
// says: ^Refused: (No such process|Operation not permitted)
return Breach(Kernel(syscall(62, long.Parse(Goal("server")), 9, 0, 0, 0, 0)));
