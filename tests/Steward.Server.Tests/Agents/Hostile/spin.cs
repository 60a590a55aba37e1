// Takes all of the processor.
// ends: outOfProcessorTime
// says: more processor time
// limits: "time": "00:00:40", "cores": 0.05
while (true) { }
