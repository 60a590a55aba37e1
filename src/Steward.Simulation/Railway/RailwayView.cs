using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>
/// What one token reaches. A project token sees its own environment and is refused everywhere else, except that a list of
/// another environment's deployments comes back empty, as was seen on the real Railway.
/// </summary>
internal sealed record RailwayView(RailwayPlatform Platform, IReadOnlyList<RailwayEnvironment> Environments, bool IsProjectToken)
{
    private const string NotAuthorized = "Not Authorized";

    /// <exception cref="GraphQlException">There is no such environment, or the token does not reach it.</exception>
    public RailwayEnvironment Environment(string? projectId, string environmentId)
    {
        CheckProject(projectId);
        return Environments.FirstOrDefault(one => one.Id == environmentId && (projectId ?? one.ProjectId) == one.ProjectId)
            ?? throw new GraphQlException(IsProjectToken ? NotAuthorized : "Environment not found");
    }

    /// <summary>The environments that both ids leave; without an environment's id all of the project's.</summary>
    /// <exception cref="GraphQlException">There is no such project or environment, or the token does not reach it.</exception>
    public IReadOnlyList<RailwayEnvironment> Scope(string? projectId, string? environmentId)
    {
        CheckProject(projectId);
        return environmentId is not null
            ? [Environment(projectId, environmentId)]
            : [.. Environments.Where(one => (projectId ?? one.ProjectId) == one.ProjectId)];
    }

    /// <exception cref="GraphQlException">There is no such deployment, or the token does not reach it.</exception>
    public Deployment Deployment(string id)
    {
        var found = Platform.Deployment(id) ?? throw new GraphQlException("Deployment not found");
        return Environments.Contains(found.Owner.Environment) ? found : throw new GraphQlException(NotAuthorized);
    }

    /// <exception cref="GraphQlException">There is no such project, or the token does not reach it.</exception>
    public void CheckProject(string? projectId)
    {
        if (projectId is not null && !Environments.Any(one => one.ProjectId == projectId))
        {
            throw new GraphQlException(IsProjectToken ? NotAuthorized : "Project not found");
        }
    }
}
