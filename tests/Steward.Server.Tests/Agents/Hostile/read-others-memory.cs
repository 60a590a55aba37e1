// Reads another process's memory with process_vm_readv.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(310, long.Parse(Goal("other")), 0, 0, 0, 0, 0)));
