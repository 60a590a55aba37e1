// Ends its process before its result.
// ends: failed
// says: without a result: it ended with exit code 0
Environment.Exit(0); return Breach("");
