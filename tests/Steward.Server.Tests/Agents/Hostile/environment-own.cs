// Looks for secrets in its own environment; there are none, only what .NET needs.
// ends: succeeded
// says: ^DOTNET_EnableAVX2 DOTNET_EnableDiagnostics DOTNET_EnableWriteXorExecute DOTNET_GCHeapHardLimit DOTNET_GCRegionRange DOTNET_Thread_DefaultStackSize DOTNET_TieredPGO HOME PATH( PWD)?$
return AgentResult.Success(string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order()));
