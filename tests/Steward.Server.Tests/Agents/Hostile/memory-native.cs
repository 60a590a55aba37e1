// Fills memory beside .NET's heap.
// ends: outOfMemory|failed
// says: more memory than it may have|ended by signal (6|11)
for (var n = 0; n < 3000; n++) { Fill(Marshal.AllocHGlobal(1 << 20), 1 << 20); }
return Breach("3000 MB");
