// Maps memory that grows downwards, as a stack does.
// ends: failed
// says: ^Refused: Operation not permitted
for (var n = 0; n < 3000; n++) { Fill(Map(3, 0x122), 1 << 20); }
return Breach("3000 MB");
