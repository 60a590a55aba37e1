using Steward.Simulation;

namespace Steward.Server.Tests.Agents;

/// <summary>A server that runs agents, set up for a simulated world.</summary>
public class ProviderServer : IAsyncLifetime
{
    public AgentServer Agents { get; } = new();

    public World World { get; private set; } = null!;

    protected virtual WorldOptions Options => new() { Speed = WorldOptions.Instant };

    public async ValueTask InitializeAsync()
    {
        var options = Options;
        World = await World.StartAsync(options, TimeProvider.System, AgentServer.Ending);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["Railway__Endpoint"] = World.RailwayEndpoint.ToString(),
            ["Railway__Token"] = options.RailwayToken,
            ["Railway__ProjectId"] = options.RailwayProjectId,
            ["Railway__EnvironmentId"] = options.RailwayEnvironmentId,
            ["GitHub__BaseUrl"] = World.GitHubUrl.ToString(),
            ["GitHub__Repository"] = options.GitHubRepository,
            ["GitHub__Token"] = options.GitHubToken,
            ["N8n__BaseUrl"] = World.N8nUrl.ToString(),
            ["N8n__ApiKey"] = options.N8nApiKey,
            ["PagerDuty__BaseUrl"] = World.PagerDutyUrl.ToString(),
            ["PagerDuty__RoutingKey"] = options.PagerDutyRoutingKey,
            ["Models__BaseUrl"] = World.ModelUrl.ToString(),
            ["Models__ApiKey"] = options.ModelApiKey,
            ["Models__Model"] = options.ModelName,
            ["Models__DollarsPerMillionIn"] = "3",
            ["Models__DollarsPerMillionOut"] = "15",
            ["Agents__ReadingsPerHour"] = "40",
            ["Agents__MessagesPerHour"] = "3",
            ["Agents__ModelCallsPerDay"] = "8",
        })
        {
            // What a test has set before counts.
            Agents.Server.Environment.TryAdd($"STEWARD_{name}", value);
        }

        await Agents.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Agents.DisposeAsync();
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One whose GitHub answers little in an hour.</summary>
public sealed class SparingServer : ProviderServer
{
    protected override WorldOptions Options => base.Options with { GitHubRequestsPerHour = 60 };
}
