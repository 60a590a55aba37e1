// Runs machine code that goes around the filter by the calls of 32 bits.
// ends: failed
// says: ended by signal 31
// mov eax, 20; int 0x80; ret
return Breach($"{Run([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])}");
