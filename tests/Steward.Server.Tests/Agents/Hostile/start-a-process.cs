// Starts itself once more.
// ends: failed
// says: Win32Exception.*(Operation not permitted|Permission denied)
System.Diagnostics.Process.Start(Environment.ProcessPath!, "--version"); return Breach("started");
