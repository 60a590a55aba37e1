using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

// The workflows, and which of them listen.
public sealed partial class SimulatedN8n
{
    private readonly List<Workflow> workflows = [];
    private readonly Dictionary<(string Method, string Path), (Workflow Workflow, WebhookNode Node)> live = [];

    internal Reply ListWorkflows(string? name, bool? active, int limit, int offset)
    {
        lock (sync)
        {
            var found = workflows
                .Where(one => (active is null || one.Active == active) && (name is null || one.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                .Select(one => one.ToJson()).ToList();
            return Reply.Json(200, new JsonObject
            {
                ["data"] = new JsonArray([.. found.Skip(offset).Take(limit)]),
                ["nextCursor"] = offset + limit < found.Count ? Cursors.Of(new JsonObject { ["limit"] = limit, ["offset"] = offset + limit }) : null,
            });
        }
    }

    internal Reply ShowWorkflow(string id)
    {
        lock (sync)
        {
            return Find(id) is { } workflow ? Reply.Json(200, workflow.ToJson()) : NotFound();
        }
    }

    internal Reply CreateWorkflow(JsonObject? body, Action<Workflow> made)
    {
        lock (sync)
        {
            if (WorkflowBody.Check(body) is { } refusal)
            {
                return refusal;
            }

            var workflow = new Workflow(Workflow.NewId(), schedule.Clock);
            workflow.Write(body!);
            workflows.Add(workflow);
            made(workflow);
            return Reply.Json(200, workflow.ToJson());
        }
    }

    internal Reply UpdateWorkflow(string id, JsonObject? body, Action<Workflow> changed)
    {
        lock (sync)
        {
            if (WorkflowBody.Check(body) is { } refusal)
            {
                return refusal;
            }

            if (Find(id) is not { } workflow)
            {
                return Reply.Message(404, "You do not have permission to update this workflow. Ask the owner to share it with you.");
            }

            if (workflow.IsArchived)
            {
                return Reply.Message(400, "Cannot update an archived workflow.");
            }

            workflow.Write(body!);
            changed(workflow);
            if (workflow.Active)
            {
                Silence(workflow);
                ListenSoon(workflow);
            }

            return Reply.Json(200, workflow.ToJson());
        }
    }

    internal Reply Activate(string id, Action<Workflow> changed)
    {
        lock (sync)
        {
            if (Find(id) is not { } workflow)
            {
                return Reply.Message(404, "You do not have permission to activate this workflow. Ask the owner to share it with you.");
            }

            var refusal = workflow.IsArchived ? (400, "Cannot activate an archived workflow.")
                : !workflow.HasTrigger ? (400, "Workflow cannot be activated because it has no trigger node. At least one trigger, webhook, or polling node is required.")
                : workflow.Webhooks.FirstOrDefault(one => one is { AsksForHeader: true, HasCredential: false }) is { } bare
                    ? (400, $"Cannot publish workflow: 1 node have configuration issues:\n\nNode \"{bare.Name}\":\n  - Missing required credential: httpHeaderAuth")
                : workflow.Webhooks.SelectMany(Places).Any(place => live.TryGetValue(place, out var other) && other.Workflow != workflow)
                    ? (409, "There is a conflict with one of the webhooks.")
                : default((int Status, string Message)?);
            if (refusal is var (status, message))
            {
                return Reply.Message(status, message);
            }

            workflow.Active = true;
            changed(workflow);
            ListenSoon(workflow);
            return Reply.Json(200, workflow.ToJson());
        }
    }

    internal Reply Deactivate(string id, Action<Workflow> changed)
    {
        lock (sync)
        {
            if (Find(id) is not { } workflow)
            {
                return Reply.Message(404, "You do not have permission to deactivate this workflow. Ask the owner to share it with you.");
            }

            workflow.Active = false;
            changed(workflow);
            SilenceSoon(workflow);
            return Reply.Json(200, workflow.ToJson());
        }
    }

    internal Reply DeleteWorkflow(string id, Action<Workflow> deleted)
    {
        lock (sync)
        {
            if (Find(id) is not { } workflow)
            {
                return NotFound();
            }

            if (workflow.Active)
            {
                return Reply.Message(409, "Cannot delete a published workflow. Unpublish it before deleting.");
            }

            if (live.Values.Any(one => one.Workflow == workflow))
            {
                return Reply.Message(409, "Workflow is still being unpublished. Please try again in a few moments.");
            }

            workflows.Remove(workflow);
            executions.RemoveAll(one => one.WorkflowId == id);
            deleted(workflow);
            return Reply.Json(200, workflow.ToJson());
        }
    }

    internal Reply Archive(string id)
    {
        lock (sync)
        {
            if (Find(id) is not { } workflow)
            {
                return Reply.Message(404, "Workflow not found");
            }

            Silence(workflow);
            (workflow.Active, workflow.IsArchived) = (false, true);
            return Reply.Json(200, workflow.ToJson());
        }
    }

    /// <summary>The methods that are taken at a path.</summary>
    internal IReadOnlyList<string> MethodsAt(string path)
    {
        lock (sync)
        {
            return [.. live.Keys.Where(place => place.Path == path).Select(place => place.Method)];
        }
    }

    private Workflow? Find(string id) => workflows.Find(one => one.Id == id);

    private void Listen(Workflow workflow)
    {
        foreach (var webhook in workflow.Webhooks)
        {
            foreach (var place in Places(webhook))
            {
                live.TryAdd(place, (workflow, webhook));
            }
        }
    }

    // n8n answers an activation before it listens, and a deactivation before it stops to.
    private void ListenSoon(Workflow workflow) => Soon(workflow, () => Listen(workflow));

    private void SilenceSoon(Workflow workflow) => Soon(workflow, () => Silence(workflow));

    private void Soon(Workflow workflow, Action change)
    {
        var turn = ++workflow.Turn;
        var delay = schedule.Scale(options.Timings.N8nWebhook);
        if (delay == TimeSpan.Zero)
        {
            change();
            return;
        }

        schedule.After(delay, () =>
        {
            lock (sync)
            {
                if (workflow.Turn == turn)
                {
                    change();
                }
            }
        });
    }

    private void Silence(Workflow workflow)
    {
        workflow.Turn++;
        foreach (var place in live.Where(one => one.Value.Workflow == workflow).Select(one => one.Key).ToList())
        {
            live.Remove(place);
        }
    }

    private static IEnumerable<(string Method, string Path)> Places(WebhookNode webhook) => webhook.Methods.Select(method => (method, webhook.Path));

    private static Reply NotFound() => Reply.Message(404, "Not Found");
}
