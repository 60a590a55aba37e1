using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Steward.Alerts;
using Steward.Connectors;
using Steward.Governance;
using Steward.Governance.Policies;
using Steward.Platform;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// One process of Steward: all rooms below the server, on the store of the run. Its parts that keep themselves busy - the
/// runner's own loop and the calendar - are left out; the run takes their turns.
/// </summary>
internal sealed class Node : IDisposable
{
    private readonly ServiceProvider services;
    private readonly Database database;
    private readonly WorkRunner runner;

    private Node(NodeClock clock, ServiceProvider services, Database database)
    {
        (Clock, this.services, this.database) = (clock, services, database);
        runner = services.GetRequiredService<WorkRunner>();
    }

    public NodeClock Clock { get; }

    public bool IsDead => Clock.IsDead;

    public Database Database => database;

    /// <summary>Starts the process. Its clock may end it also here. The policy is the same for all of a run: reading it takes longer than all the rest.</summary>
    public static Node Start(StorageOptions store, NodeClock clock, HttpMessageHandler network, Random chance, PolicyFile policy, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? change)
    {
        var database = Virtual.Now(new OpenDatabase(Options.Create(store), clock).HandleAsync(CancellationToken.None));
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton<TimeProvider>(clock).AddSingleton(network).AddSingleton(chance);
        services.AddPlatform(database).AddGovernance().AddConnectors().AddAlerts().AddOperations().AddSingleton(policy);
        change?.Invoke(services);
        var node = new Node(clock, services.BuildServiceProvider(), database);
        node.Try(() =>
        {
            foreach (var hosted in node.services.GetServices<IHostedService>().Where(one => one is not (WorkRunner or Scheduler)))
            {
                Virtual.Now(hosted.StartAsync(CancellationToken.None));
            }
        });
        return node;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Takes the runner's turn: claims the one item that is due first and runs it to its end.</summary>
    public Task<int> RunOnceAsync() => runner.RunOnceAsync(CancellationToken.None);

    /// <summary>When something is due next, on the node's clock; null when nothing waits.</summary>
    public DateTimeOffset? NextDue() => Virtual.Now(database.ReadAsync(
        session => session.FirstAsync("SELECT next_at FROM work WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1", row => row.TimeOrNull("next_at")), CancellationToken.None));

    /// <summary>Does something in the process, unless it dies of it.</summary>
    public void Try(Action what)
    {
        try
        {
            if (!IsDead)
            {
                what();
            }
        }
        catch (Exception) when (IsDead)
        {
            // It has died.
        }
    }

    /// <summary>The process is gone, whether it was dead or was ended.</summary>
    public void Dispose()
    {
        Clock.Die();
        Virtual.Now(services.DisposeAsync().AsTask());
        Virtual.Now(database.DisposeAsync().AsTask());
    }
}
