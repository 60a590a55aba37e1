// Takes its own limits away.
// ends: failed
// says: ^Refused: Operation not permitted
var none = GCHandle.Alloc(new[] { -1L, -1L }, GCHandleType.Pinned);
return Breach(Kernel(syscall(160, 2, none.AddrOfPinnedObject(), 0, 0, 0, 0)));
