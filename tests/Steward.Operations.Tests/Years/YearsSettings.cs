using System.Globalization;
using Steward.Platform.Storage;
using Steward.Simulation;

namespace Steward.Operations.Tests.Years;

/// <summary>The settings of a run's nodes.</summary>
internal static class YearsSettings
{
    /// <summary>The name of one of the services.</summary>
    public static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"shop-{index + 1}");

    /// <summary>The settings, those of the options last.</summary>
    public static Dictionary<string, string?> Of(YearsOptions options, World world, StorageOptions store)
    {
        var defaults = new WorldOptions();
        var all = new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = store.DataDirectory,
            ["Railway:Endpoint"] = world.RailwayEndpoint.ToString(),
            ["Railway:Token"] = defaults.RailwayToken,
            ["Railway:ProjectId"] = defaults.RailwayProjectId,
            ["Railway:EnvironmentId"] = defaults.RailwayEnvironmentId,
            ["GitHub:BaseUrl"] = world.GitHubUrl.ToString(),
            ["GitHub:Repository"] = defaults.GitHubRepository,
            ["GitHub:Token"] = defaults.GitHubToken,
            ["N8n:AlertWebhook"] = new Uri(world.N8nUrl, "webhook/steward-alerts").ToString(),
            // One item after the other, in the order in which they are due.
            ["Work:Concurrency"] = "1",
        };
        for (var i = 0; i < options.Services; i++)
        {
            all[$"Operations:Services:{Name(i)}:HealthUrl"] = world.Railway.HealthUrl(Name(i)).ToString();
        }

        if (options.AllSources)
        {
            (all["N8n:BaseUrl"], all["N8n:ApiKey"]) = (world.N8nUrl.ToString(), defaults.N8nApiKey);
        }
        else
        {
            (all["Operations:Load:CpuPercent"], all["Operations:Load:MemoryPercent"], all["Operations:Load:ErrorPercent"], all["Operations:Load:P95"]) = ("0", "0", "0", "00:00:00");
            all["Operations:ProposeMerges"] = "false";
        }

        foreach (var (key, value) in options.Settings)
        {
            all[key] = value;
        }

        return all;
    }
}
