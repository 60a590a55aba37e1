// Opens a file's rights to everybody.
// ends: failed
// says: ^Refused: (Read-only|Operation not permitted)
return Breach(Kernel(syscall(90, Marshal.StringToHGlobalAnsi(AppContext.BaseDirectory), 511, 0, 0, 0, 0)));
