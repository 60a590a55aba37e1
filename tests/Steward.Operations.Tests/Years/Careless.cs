using Microsoft.Extensions.DependencyInjection;
using Steward.Governance.Calls;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Years;

/// <summary>A broken variant: whatever was begun and has no known outcome did not happen, it says, and does it again.</summary>
internal sealed class Careless(IWorkHandler inner, IServiceProvider services) : IWorkHandler
{
    public string Kind => inner.Kind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await ForgetAsync(services, item, cancellationToken);
        return await inner.RunAsync(item, cancellationToken);
    }

    /// <summary>Settles the calls of an item that have no known outcome without asking anybody.</summary>
    public static async Task ForgetAsync(IServiceProvider services, WorkItem item, CancellationToken cancellationToken)
    {
        var open = await services.GetRequiredService<Database>().ReadAsync(session => session.QueryAsync(
            "SELECT id FROM governed_call WHERE waiting_work = @item AND state IN ('started', 'unknown')", row => row.Uuid("id"), ("item", item.Id)), cancellationToken);
        foreach (var call in open)
        {
            await services.GetRequiredService<Gate>().ResolveAsync(call, happened: false, "Surely it did not happen.", cancellationToken);
        }
    }
}
