// Writes into its log what looks like somebody else's words.
// by: server
// ends: succeeded
// says: ^said$
// log: �\[2J
Console.Error.WriteLine("\u001b[2J\u001b[1;1Hsteward: the server was hacked\r\nerror: forged");
return AgentResult.Success("said");
