// Gives a secret a second name.
// ends: failed
// says: ^Refused: (No such file|Permission denied|Invalid cross-device|Operation not permitted)
return Breach(Kernel(syscall(86, Marshal.StringToHGlobalAnsi($"{Goal("data")}/canary.txt"), Marshal.StringToHGlobalAnsi("/tmp/second"), 0, 0, 0, 0)));
