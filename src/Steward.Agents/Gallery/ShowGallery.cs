using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Agents.Runs;
using Steward.Agents.Templates;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Gallery;

/// <summary>Shows what agents can be made from, and how those that are there have done lately.</summary>
internal sealed class ShowGallery(Database database, IOptions<WorkOptions> work, TimeProvider clock)
{
    private const int Days = 30;

    public Task<GalleryPage> HandleAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var since = clock.Now().AddDays(-Math.Min(Days, work.Value.KeepDays));
        return database.ReadAsync(async session =>
        {
            var agents = await AgentStore.ListAsync(session, null, null, page);
            Guid[] ids = [.. agents.Items.Select(agent => agent.Id)];
            var versions = await GalleryStore.VersionsAsync(session, ids);
            var runs = (await GalleryStore.RunsAsync(session, ids, since)).ToLookup(count => count.Agent);
            var (last, asked) = (await GalleryStore.LastAsync(session, ids), await GalleryStore.QuestionsAsync(session, ids, since));
            return new GalleryPage(page.After is null ? TemplateList.All : [], [.. agents.Items.Where(agent => versions.ContainsKey(agent.Id)).Select(agent =>
            {
                var (declaration, language, signer, madeBy) = versions[agent.Id];
                return new AgentShown(agent.Id, agent.Name, declaration.Purpose, agent.State, language, agent.Version, [.. declaration.Tools.Names.Order(StringComparer.Ordinal)], agent.Schedule ?? declaration.Schedule,
                    new AgentOrigin(agent.Template, signer, agent.CreatedBy, agent.CreatedAt, madeBy), last.GetValueOrDefault(agent.Id),
                    RunStats.Of(runs[agent.Id].ToDictionary(count => count.State, count => count.Runs), unseen: 0), runs[agent.Id].Sum(count => count.Calls), asked.GetValueOrDefault(agent.Id, ModelCost.None));
            })], agents.Next, since);
        }, cancellationToken);
    }
}
