using Steward.Server.CommandLine;

// steward up      Startup/StewardHost.cs puts the server together:
//                   Startup/    settings, data directory, store, the list of rooms
//                   Entry/      keys, scopes, how a refusal looks, health
//                   Telemetry/  logs, correlation ids, traces, metrics
// steward ...     CommandLine/ holds one file for each family of commands; they talk to a server over its API
return await Commands.RunAsync(args);
