// Ignores its token and every signal that can be ignored.
// ends: timedOut
// says: took longer than it may
// limits: "time": "00:00:02"
foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }) { PosixSignalRegistration.Create(signal, ended => ended.Cancel = true); }
while (true) { try { Thread.Sleep(1000); } catch (ThreadInterruptedException) { } }
