using System.Globalization;
using Steward.Platform.Http;

namespace Steward.Connectors.Railway;

/// <summary>
/// Finds out what is wrong between the settings of one environment and Railway. A token tells of itself by
/// <c>projectToken</c> when it is a project's and by <c>apiToken</c> when it is an account's or a workspace's; <c>me</c>
/// would fail for workspaces' tokens as well. For one examination.
/// </summary>
internal sealed class RailwayExaminer(RailwayGraphQl railway, RailwayAccess access)
{
    /// <summary>How far clocks may be apart. Our own choice: what is compared with Railway's times is minutes.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    private readonly List<string> missing = [];
    private readonly List<string> problems = [];
    private RailwayTokenFinding token = RailwayTokenFinding.Missing;
    private RailwayTokenKind? kind;
    private RailwayWire.ProjectToken? belongsTo;
    private bool? environmentVisible;
    private bool? projectVisible;
    private TimeSpan? ahead;

    public async Task<RailwayExamination> RunAsync(CancellationToken cancellationToken)
    {
        FindMissing();
        if (railway.IsConfigured)
        {
            try
            {
                await AskAsync(cancellationToken);
            }
            catch (ConnectorException e)
            {
                token = kind is null ? RailwayTokenFinding.NotAsked : token;
                problems.Add($"Railway cannot be asked: {e.Message}");
            }
        }

        if (ahead is { } skew && skew.Duration() > ClockTolerance)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"This machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} Railway's. Set it by NTP: waiting times and the age of deployments are wrong."));
        }

        return new RailwayExamination(access.Environment.Name, token, kind, environmentVisible, projectVisible,
            ahead is { } seconds ? Math.Round(seconds.TotalSeconds, 1) : null, missing, problems);
    }

    private void FindMissing()
    {
        if (access.Token.Length == 0)
        {
            missing.Add($"{access.TokenKey}:Token: nothing is watched on Railway.");
        }

        if (access.Environment.Id.Length == 0)
        {
            missing.Add($"{access.Key}:EnvironmentId: nothing is watched on Railway.");
        }

        if (access.Environment.ProjectId.Length == 0)
        {
            missing.Add(access.TokenKind == RailwayTokenKind.Project
                ? $"{access.Key}:ProjectId: variables and usage are out of reach, and Railway may refuse a project token that does not say its project."
                : $"{access.Key}:ProjectId: variables and usage are out of reach.");
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var other = access.TokenKind == RailwayTokenKind.Account ? RailwayTokenKind.Project : RailwayTokenKind.Account;
        if (await RefusalAsync(access.TokenKind, cancellationToken) is not { } refusal)
        {
            (token, kind) = (RailwayTokenFinding.Accepted, access.TokenKind);
        }
        else if (await RefusalAsync(other, cancellationToken) is null)
        {
            (token, kind) = (RailwayTokenFinding.OtherKind, other);
            problems.Add($"Railway accepts the token only as {(other == RailwayTokenKind.Project ? "a project's" : "an account's or a workspace's")}. Set {access.TokenKey}:TokenKind to {other}.");
        }
        else
        {
            token = RailwayTokenFinding.Refused;
            problems.Add($"Railway accepts the token neither as an account's nor as a project's: it is wrong or was revoked. Make another and set {access.TokenKey}:Token. {refusal}");
            return;
        }

        await FindPlaceAsync(kind.Value, cancellationToken);
    }

    // Null when Railway accepts the token as one of that kind, otherwise why it does not.
    private async Task<string?> RefusalAsync(RailwayTokenKind asked, CancellationToken cancellationToken)
    {
        if (asked == RailwayTokenKind.Project)
        {
            var own = await ProbeAsync<RailwayWire.ProjectTokenData>(RailwayOperation.ProjectToken, new { }, asked, cancellationToken);
            belongsTo = own.Data?.ProjectToken;
            return own.Refusal;
        }

        // A token that sees the environment is good; of another one apiToken tells whether it is good elsewhere.
        return (await EnvironmentAsync(access.Environment.ProjectId, asked, cancellationToken)).Refusal is null
            ? null
            : (await ProbeAsync<RailwayWire.ApiTokenData>(RailwayOperation.ApiToken, new { }, asked, cancellationToken)).Refusal;
    }

    // Asked as the client asks: with the project's id where it is known. What follows only explains a refusal.
    private async Task FindPlaceAsync(RailwayTokenKind asked, CancellationToken cancellationToken)
    {
        var (_, projectId, environmentId) = access.Environment;
        var environment = await EnvironmentAsync(projectId, asked, cancellationToken);
        environmentVisible = environment.Data is not null;
        if (belongsTo is { } place && place.EnvironmentId != environmentId)
        {
            problems.Add($"The project token is for environment {place.EnvironmentId} of project {place.ProjectId}, and {access.Key}:EnvironmentId is {environmentId}. Correct that, or make a token for that environment.");
        }
        else if (environment.Refusal is { } invisible)
        {
            var real = belongsTo?.ProjectId ?? (await EnvironmentAsync("", asked, cancellationToken)).Data?.Environment.ProjectId;
            problems.Add(projectId.Length > 0 && real is not null && real != projectId
                ? $"The environment is of project {real}, and {access.Key}:ProjectId is {projectId}. Correct that."
                : $"The token does not reach the environment in {access.Key}:EnvironmentId. {invisible}");
        }

        if (projectId.Length > 0)
        {
            var project = await ProbeAsync<RailwayWire.ProjectData>(RailwayOperation.Project, new { id = projectId }, asked, cancellationToken);
            projectVisible = project.Data is not null;
            if (project.Refusal is { } hidden && environmentVisible == true)
            {
                problems.Add($"The token does not reach the project in {access.Key}:ProjectId. {hidden}");
            }
        }
    }

    private Task<RailwayProbe<RailwayWire.PlaceData>> EnvironmentAsync(string projectId, RailwayTokenKind asked, CancellationToken cancellationToken) =>
        ProbeAsync<RailwayWire.PlaceData>(RailwayOperation.Environment,
            new { id = access.Environment.Id, projectId = projectId.Length > 0 ? projectId : null }, asked, cancellationToken);

    private async Task<RailwayProbe<T>> ProbeAsync<T>(RailwayOperation operation, object variables, RailwayTokenKind asked, CancellationToken cancellationToken)
        where T : class
    {
        var probe = await railway.ProbeAsync<T>(operation, variables, asked, cancellationToken);
        ahead ??= probe.Ahead;
        return probe;
    }
}
