// Fills .NET's heap.
// ends: outOfMemory
// says: more memory than it may have
var all = new List<byte[]>();
while (all.Count < 3000) { all.Add(new byte[1 << 20]); Array.Fill(all[^1], (byte)1); }
return Breach($"{all.Count} MB");
