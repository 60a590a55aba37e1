// Fills memory and makes it read-only, so that it does not count as data any more.
// ends: failed|outOfMemory
// says: ^Refused: Cannot allocate memory|wanted more memory than it may have
for (var n = 0; n < 3000; n++)
{
    var at = Map(3, 0x22);
    Fill(at, 1 << 20);
    Kernel(syscall(10, at, 1 << 20, 1, 0, 0, 0));
}

return Breach("3000 MB");
