using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>The input types and enumerations that the queries and mutations of <see cref="RailwaySchema"/> take.</summary>
internal static class RailwayInputs
{
    public static InputTypes Types { get; } = new(
        new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["DeploymentListInput"] = new Dictionary<string, string>
            {
                ["projectId"] = "String",
                ["environmentId"] = "String",
                ["serviceId"] = "String",
                ["includeDeleted"] = "Boolean",
                ["status"] = "DeploymentStatusInput",
            },
            ["DeploymentStatusInput"] = new Dictionary<string, string>
            {
                ["in"] = "[DeploymentStatus!]",
                ["notIn"] = "[DeploymentStatus!]",
            },
            ["VariableUpsertInput"] = new Dictionary<string, string>
            {
                ["projectId"] = "String!",
                ["environmentId"] = "String!",
                ["serviceId"] = "String",
                ["name"] = "String!",
                ["value"] = "String!",
                ["skipDeploys"] = "Boolean",
            },
        },
        new Dictionary<string, IReadOnlySet<string>>
        {
            ["DeploymentStatus"] = Words(
                "BUILDING CRASHED DEPLOYING FAILED INITIALIZING NEEDS_APPROVAL QUEUED REMOVED REMOVING SKIPPED SLEEPING SUCCESS WAITING"),
            ["MetricMeasurement"] = Words(
                "CPU_USAGE CPU_USAGE_2 CPU_LIMIT MEMORY_USAGE_GB MEMORY_LIMIT_GB DISK_USAGE_GB EPHEMERAL_DISK_USAGE_GB "
                + "BACKUP_USAGE_GB NETWORK_RX_GB NETWORK_TX_GB"),
            ["MetricTag"] = Words("SERVICE_ID ENVIRONMENT_ID PROJECT_ID DEPLOYMENT_ID"),
        });

    private static HashSet<string> Words(string words) => [.. words.Split(' ')];
}
