using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Governance.Tests;

/// <summary>One process of Steward: the gate and all around it on one open store, put together as the server does it.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Node(Database database, StorageOptions storage, TimeProvider clock, params IWorkHandler[] handlers)
    {
        Database = database;
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Storage:DataDirectory", storage.DataDirectory), new("Storage:ConnectionString", storage.ConnectionString)]).Build());
        collection.AddSingleton(clock);
        collection.AddLogging();
        foreach (var handler in handlers)
        {
            collection.AddSingleton(handler);
        }

        services = collection.AddPlatform(database).AddGovernance().BuildServiceProvider();
    }

    public Database Database { get; }

    public Gate Gate => Get<Gate>();

    public DirectCall Direct => Get<DirectCall>();

    public AuditLog Audit => Get<AuditLog>();

    public DecideApproval Approvals => Get<DecideApproval>();

    public GrantElevation Elevate => Get<GrantElevation>();

    public ElevationEnds Elevations => Get<ElevationEnds>();

    public KillSwitch Switches => Get<KillSwitch>();

    public PolicyFile Policy => Get<PolicyFile>();

    public WorkLedger Ledger => Get<WorkLedger>();

    public WorkRunner Runner => Get<WorkRunner>();

    public Redactor Redactor => Get<Redactor>();

    public Task<AuditVerification> VerifyAsync((long Seq, string Hash)? anchor = null) => Get<VerifyAudit>().HandleAsync(anchor, CancellationToken.None);

    /// <summary>All rows, oldest first.</summary>
    public async Task<IReadOnlyList<AuditRow>> RowsAsync(AuditFilter? filter = null)
    {
        var page = await Audit.ListAsync(filter ?? new AuditFilter(), new PageRequest(PageRequest.MaxLimit), CancellationToken.None);
        return [.. page.Items.Reverse()];
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();
}
