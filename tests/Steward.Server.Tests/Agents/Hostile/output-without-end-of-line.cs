// Sends one frame that never ends.
// by: server
// ends: failed
// says: sent more than it may
// limits: "time": "00:01:00", "cores": 4
using var output = Raw(Way);
var part = System.Text.Encoding.UTF8.GetBytes(new string('x', 1 << 20));
while (true) { output.Write(part); }
