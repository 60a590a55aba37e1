using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Operations.Watched;

/// <summary>A person has a service watched, or left alone. What is under way about it goes on; a stop would hold it back.</summary>
public sealed class SetWatched(Database database, AuditLog audit)
{
    /// <summary>Has it so from the next turn of the loop on.</summary>
    public Task<Outcome<WatchedService>> HandleAsync(string name, bool watched, Actor by, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<WatchedService>>(async session =>
        {
            if (!await ServiceStore.SetWatchedAsync(session, name, watched))
            {
                return new Refusal(RefusalKind.NotFound, "not-found", $"No service called '{name}' was seen. See: steward services.");
            }

            var service = (await ServiceStore.AllAsync(session)).First(one => one.Name == name);
            await audit.AppendAsync(session, new AuditEntry(watched ? AuditKinds.ServiceWatched : AuditKinds.ServiceUnwatched, by.Name)
            {
                Target = $"service/{service.Id}",
                Service = name,
                Detail = new JsonObject { ["watched"] = watched },
            });
            return service;
        }, cancellationToken);
}
