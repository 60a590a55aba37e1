// Puts characters into a terminal.
// ends: failed
// says: ^Refused: Operation not permitted
return Breach(Kernel(syscall(16, 0, 0x5412, Marshal.StringToHGlobalAnsi("x"), 0, 0, 0)));
