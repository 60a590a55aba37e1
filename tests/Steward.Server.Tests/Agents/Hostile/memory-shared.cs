// Maps shared memory, which no limit of a program's own data counts.
// ends: failed|outOfMemory
// says: ^Refused: Cannot allocate memory|wanted more memory than it may have
for (var n = 0; n < 3000; n++) { Fill(Map(3, 0x21), 1 << 20); }
return Breach("3000 MB");
