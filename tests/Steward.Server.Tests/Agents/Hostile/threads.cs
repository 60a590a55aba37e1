// Starts threads without end.
// ends: failed|outOfMemory
// says: OutOfMemory|memory|signal
// limits: "time": "00:00:30"
for (var n = 0; n < 5000; n++) { new Thread(() => Thread.Sleep(-1), 64 << 10) { IsBackground = true }.Start(); }
return Breach("5000 threads");
