using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>
/// The workflows of one n8n, through its public API. Reading is free; whatever changes something takes a permit. Every
/// method throws <see cref="ConnectorException"/> when n8n fails or is not set up.
/// </summary>
public sealed partial class N8nWorkflows
{
    /// <summary>How many workflows are looked through for a name, and exported. Our own choice.</summary>
    public const int MaxWorkflows = 5000;

    // Each comes with all its nodes, twice where it is active, and an answer may have 8 MB.
    private const int PageSize = 25;
    private readonly N8nApi api;
    private readonly N8nWebhooks webhooks;
    private readonly TimeProvider clock;

    /// <summary>Makes the client; nothing is sent yet.</summary>
    public N8nWorkflows([FromKeyedServices(N8nAlerts.Vendor)] ProviderHttp http, IOptions<N8nOptions> options, TimeProvider clock) =>
        (api, webhooks, this.clock) = (new N8nApi(http, options.Value), new N8nWebhooks(http, options.Value, clock), clock);

    /// <summary>True when there are an address and a key.</summary>
    public bool IsConfigured => api.IsConfigured;

    /// <summary>One page of the workflows, in n8n's order.</summary>
    /// <param name="page">Which part; n8n gives at most 250 at a time, and the cursor is n8n's own.</param>
    /// <param name="active">Only active ones, or only others.</param>
    /// <param name="name">Only those whose name holds this text, whatever its case.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Page<N8nWorkflow>> ListAsync(PageRequest page, bool? active = null, string? name = null, CancellationToken cancellationToken = default)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"workflows?excludePinnedData=true&limit={Math.Min(page.Limit, N8nApi.MaxPage)}")
            + (active is { } on ? $"&active={(on ? "true" : "false")}" : "")
            + (name is null ? "" : $"&name={Uri.EscapeDataString(name)}")
            + (page.After is null ? "" : $"&cursor={Uri.EscapeDataString(page.After)}");
        var list = await api.GetAsync<WorkflowWire.List<WorkflowWire.Workflow>>("ListWorkflows", query, cancellationToken);
        return new([.. list.Data.Select(one => one.ToWorkflow())], list.NextCursor);
    }

    /// <summary>All workflows.</summary>
    /// <exception cref="ConnectorException">n8n failed, or has more than <see cref="MaxWorkflows"/>.</exception>
    public async Task<IReadOnlyList<N8nWorkflow>> ListAllAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        var all = new List<N8nWorkflow>();
        string? after = null;
        while (true)
        {
            var page = await ListAsync(new PageRequest(PageSize, after), name: name, cancellationToken: cancellationToken);
            all.AddRange(page.Items);
            if (page.Next is null || page.Next == after || page.Items.Count == 0)
            {
                return all;
            }

            if (all.Count >= MaxWorkflows)
            {
                throw new ConnectorException(N8nAlerts.Vendor, "ListWorkflows", $"there are more than {MaxWorkflows} workflows, which is more than Steward looks through.") { Effect = CallEffect.None };
            }

            after = page.Next;
        }
    }

    /// <summary>A workflow by its id; null when there is none, or the key may not see it.</summary>
    public async Task<N8nWorkflow?> FindAsync(WorkflowId id, CancellationToken cancellationToken) =>
        (await api.FindAsync<WorkflowWire.Workflow>("GetWorkflow", $"workflows/{id}?excludePinnedData=true", cancellationToken))?.ToWorkflow();

    /// <summary>
    /// The workflow of exactly this name that was not put aside; null when there is none. Two of one name are refused:
    /// nobody can say which one is meant.
    /// </summary>
    public async Task<Outcome<N8nWorkflow?>> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        var found = (await ListAllAsync(name, cancellationToken)).Where(one => one.Name == name && !one.IsArchived).ToList();
        return found.Count > 1 ? Ambiguous(name, found) : found.SingleOrDefault();
    }

    internal static Refusal Ambiguous(string name, IReadOnlyList<N8nWorkflow> found) => new(RefusalKind.Conflict, "ambiguous-workflow",
        $"n8n has {found.Count} workflows called '{name}' ({string.Join(", ", found.Select(one => one.Id))}), so it cannot be said which one is meant. Rename or delete all but one in n8n.", "workflow");
}
