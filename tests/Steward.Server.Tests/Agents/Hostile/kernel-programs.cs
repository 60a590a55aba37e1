// Loads a program into the kernel: bpf, io_uring, userfaultfd, perf, keys.
// ends: failed
// says: none of five
foreach (var call in new[] { 321L, 425, 323, 298, 250 })
{
    if (syscall(call, 0, 0, 0, 0, 0, 0) >= 0 || Marshal.GetLastPInvokeError() != 1) { return Breach($"{call}: {Marshal.GetLastPInvokeErrorMessage()}"); }
}

throw new Refused("none of five");
