using Steward.Simulation;

namespace Steward.Crash.Tests;

public sealed class CrashAroundRollbackTests() : CrashAroundCall(Systems.Railway, "DeploymentRollback", "rollback");

public sealed class CrashAroundIssueTests() : CrashAroundCall(Systems.GitHub, "CreateIssue", "issue");

public sealed class CrashAroundAlertTests() : CrashAroundCall(Systems.N8n, "Webhook", "alert-found");
