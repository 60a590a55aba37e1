// Closes the way to the server and stays.
// ends: failed|timedOut
// says: took longer than it may|without a result
// limits: "time": "00:00:03"
syscall(3, Way, 0, 0, 0, 0, 0);
Thread.Sleep(-1);
return Breach("");
