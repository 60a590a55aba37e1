// Forks a process that is to outlive it: fork, vfork, clone, clone3.
// ends: failed
// says: no way to fork
var tries = new List<long> { syscall(57, 0, 0, 0, 0, 0, 0), syscall(56, 17, 0, 0, 0, 0, 0), syscall(435, 0, 0, 0, 0, 0, 0) };
return tries.Any(one => one >= 0) ? Breach("forked") : throw new Refused("no way to fork");
