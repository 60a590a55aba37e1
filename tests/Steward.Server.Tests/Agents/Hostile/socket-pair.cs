// Makes a pair of sockets, by which a datagram can be sent to any socket of the machine.
// ends: failed
// says: ^Refused: (Address family not supported|Operation not permitted)
var pair = GCHandle.Alloc(new int[2], GCHandleType.Pinned);
return Breach(Kernel(syscall(53, 1, 2, 0, pair.AddrOfPinnedObject(), 0, 0)));
