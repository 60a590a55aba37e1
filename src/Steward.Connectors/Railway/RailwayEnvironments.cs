using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Platform.Http;

namespace Steward.Connectors.Railway;

/// <summary>The environments on Railway that Steward works with, each with its client.</summary>
public sealed class RailwayEnvironments
{
    // Where people see a project; see docs/railway.md. A deployment is chosen within its service by its id.
    private const string Site = "https://railway.com";

    /// <summary>Makes a client for each environment of the settings; nothing is sent yet.</summary>
    public RailwayEnvironments(
        [FromKeyedServices(RailwayClient.Vendor)] ProviderHttp http, IOptions<RailwayOptions> options, TimeProvider clock, ILogger<RailwayClient> log)
    {
        All = [.. RailwayAccess.Of(options.Value).Select(access => new RailwayClient(http, access, clock, log))];
    }

    /// <summary>All of them, the default first, the others by name. At least the default, which may not be set up.</summary>
    public IReadOnlyList<RailwayClient> All { get; }

    /// <summary>The environment whose services go by their bare names.</summary>
    public RailwayClient Default => All[0];

    /// <summary>The environment of that name, in any case; null when the settings have none.</summary>
    public RailwayClient? Find(string name) =>
        All.FirstOrDefault(client => string.Equals(client.Environment.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What Steward calls a service: <see cref="RailwayEnvironment.KeyOf"/> of its environment.</summary>
    /// <exception cref="ArgumentException">The client is not one of <see cref="All"/>: the key would lead nowhere.</exception>
    public string KeyOf(RailwayClient environment, string serviceIdOrName) => All.Contains(environment)
        ? environment.Environment.KeyOf(serviceIdOrName)
        : throw new ArgumentException($"The client of '{environment.Environment.Name}' is not of these settings.", nameof(environment));

    /// <summary>The page on which people see a service, or one deployment of it; null when the settings do not say its project, or no longer know its environment.</summary>
    /// <param name="key">The service's key.</param>
    /// <param name="deploymentId">The deployment; null for the service.</param>
    public string? Page(string key, string? deploymentId = null)
    {
        var at = key.LastIndexOf(RailwayEnvironment.Separator);
        return (at < 0 ? Default : Find(key[(at + 1)..]))?.Environment is { ProjectId.Length: > 0 } place
            ? $"{Site}/project/{Uri.EscapeDataString(place.ProjectId)}/service/{Uri.EscapeDataString(at < 0 ? key : key[..at])}?environmentId={Uri.EscapeDataString(place.Id)}{(deploymentId is null ? "" : $"&id={Uri.EscapeDataString(deploymentId)}")}"
            : null;
    }

    /// <summary>Finds what a key is about: the environment, and Railway's id or name of the service, whichever the key was made of.</summary>
    /// <exception cref="ConnectorException">The settings have no such environment (any more). It never falls back to another.</exception>
    public (RailwayClient Client, string ServiceId) Locate(string key)
    {
        var at = key.LastIndexOf(RailwayEnvironment.Separator);
        if (at < 0)
        {
            return (Default, key);
        }

        var name = key[(at + 1)..];
        return Find(name) is { } client
            ? (client, key[..at])
            : throw new ConnectorException(RailwayClient.Vendor, nameof(Locate),
                $"there is no environment '{name}' in the settings, so '{key}' is out of reach. Known: {string.Join(", ", All.Select(one => one.Environment.Name))}. Add it as Railway:Environments:{name}.")
            { Effect = CallEffect.None };
    }
}
