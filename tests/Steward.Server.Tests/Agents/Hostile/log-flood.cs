// Says a gigabyte.
// by: server
// ends: succeeded
// says: ^said$
// log: the log is full
// limits: "time": "00:01:00", "cores": 4
var line = new string('x', 1000);
for (var n = 0; n < 100000; n++) { Console.Error.WriteLine(line); }
return AgentResult.Success("said");
