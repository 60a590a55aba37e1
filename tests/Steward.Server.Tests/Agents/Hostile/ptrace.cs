// Attaches to another process as a debugger does.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(101, 16, long.Parse(Goal("other")), 0, 0, 0, 0)));
