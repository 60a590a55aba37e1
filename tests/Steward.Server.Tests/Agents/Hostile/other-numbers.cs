// Goes around the filter by the numbers of another architecture.
// ends: failed
// says: ^Refused: Function not implemented
return Breach(Kernel(syscall(0x40000000 + 41, 2, 1, 0, 0, 0, 0)));
