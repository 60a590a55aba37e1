// Forks as often as it can.
// ends: failed
// says: no fork in a thousand
for (var n = 0; n < 1000; n++) { if (syscall(57, 0, 0, 0, 0, 0, 0) >= 0) { return Breach($"forked at {n}"); } }
throw new Refused("no fork in a thousand");
