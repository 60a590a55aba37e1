// Writes without end to the way on which its result goes.
// by: server
// ends: failed
// says: sent more than it may
// limits: "time": "00:01:00", "cores": 4
using var output = Raw(Way);
var line = System.Text.Encoding.UTF8.GetBytes(new string('x', 65535) + "\n");
while (true) { output.Write(line); }
