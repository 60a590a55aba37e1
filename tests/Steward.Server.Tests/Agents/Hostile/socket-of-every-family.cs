// Makes sockets of any family: Unix, internet, netlink, packet, the kernel's ciphers, the machine around.
// ends: failed
// says: no socket of seven
foreach (var family in new[] { 1L, 2, 10, 16, 17, 38, 40 }) { if (syscall(41, family, 1, 0, 0, 0, 0) >= 0) { return Breach($"family {family}"); } }
throw new Refused("no socket of seven families");
