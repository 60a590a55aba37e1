namespace Steward.Connectors.Railway;

/// <summary>A named GraphQL operation with its document, which lies in Documents under the same name.</summary>
internal sealed record RailwayOperation(string Name, string Document)
{
    public static readonly RailwayOperation EnvironmentServices = Load(nameof(EnvironmentServices));
    public static readonly RailwayOperation Deployments = Load(nameof(Deployments));
    public static readonly RailwayOperation Deployment = Load(nameof(Deployment));
    public static readonly RailwayOperation BuildLogs = Load(nameof(BuildLogs));
    public static readonly RailwayOperation DeploymentLogs = Load(nameof(DeploymentLogs));
    public static readonly RailwayOperation Metrics = Load(nameof(Metrics));
    public static readonly RailwayOperation HttpFigures = Load(nameof(HttpFigures));
    public static readonly RailwayOperation ApiToken = Load(nameof(ApiToken));
    public static readonly RailwayOperation ProjectToken = Load(nameof(ProjectToken));
    public static readonly RailwayOperation Environment = Load(nameof(Environment));
    public static readonly RailwayOperation Project = Load(nameof(Project));
    public static readonly RailwayOperation Usage = Load(nameof(Usage));
    public static readonly RailwayOperation Variables = Load(nameof(Variables));
    public static readonly RailwayOperation ServiceInstanceDeployV2 = Load(nameof(ServiceInstanceDeployV2));
    public static readonly RailwayOperation DeploymentRollback = Load(nameof(DeploymentRollback));
    public static readonly RailwayOperation DeploymentRedeploy = Load(nameof(DeploymentRedeploy));
    public static readonly RailwayOperation DeploymentRestart = Load(nameof(DeploymentRestart));
    public static readonly RailwayOperation VariableUpsert = Load(nameof(VariableUpsert));

    public bool ChangesSomething { get; } = Document.StartsWith("mutation", StringComparison.Ordinal);

    private static RailwayOperation Load(string name)
    {
        using var reader = new StreamReader(typeof(RailwayOperation).Assembly.GetManifestResourceStream($"Railway/Documents/{name}.graphql")
            ?? throw new InvalidOperationException($"The document of {name} is missing."));
        return new RailwayOperation(name, reader.ReadToEnd());
    }
}
