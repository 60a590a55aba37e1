// Sends a signal by way of a file number of a process.
// ends: failed
// says: ^Refused: (Bad file descriptor|No such process|Operation not permitted)
var held = syscall(434, long.Parse(Goal("other")), 0, 0, 0, 0, 0);
return Breach(Kernel(syscall(424, held, 9, 0, 0, 0, 0)));
