using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Steward.Simulation.Faults;

namespace Steward.Simulation.Railway;

/// <summary>
/// Posts an event on each change of a status, in order, one after the other. A receiver that fails or takes longer than
/// two seconds misses the event: Railway's retries are not documented, so nothing may rely on them.
/// </summary>
internal sealed class RailwayEvents : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Channel<JsonObject> queue =
        Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly HttpClient client = new() { Timeout = Patience };
    private readonly CancellationTokenSource stop = new();
    private readonly Schedule schedule;
    private readonly EventFaults faults;
    private readonly Task sending;
    private volatile Uri? receiver;

    public RailwayEvents(Schedule schedule, EventFaults faults)
    {
        (this.schedule, this.faults) = (schedule, faults);
        sending = SendAllAsync();
    }

    public void SendTo(Uri? uri) => receiver = uri;

    public void Publish(Deployment deployment)
    {
        var (drop, duplicate, delay) = faults.Current;
        if (receiver is null || drop)
        {
            return;
        }

        for (var copies = duplicate ? 2 : 1; copies > 0; copies--)
        {
            var body = Body(deployment);
            if (delay > TimeSpan.Zero)
            {
                schedule.After(delay, () => queue.Writer.TryWrite(body));
            }
            else
            {
                queue.Writer.TryWrite(body);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        client.Dispose();
        stop.Dispose();
    }

    // As in Railway's documentation today; it used to have the members of "resource" beside "type".
    private static JsonObject Body(Deployment deployment)
    {
        var environment = deployment.Owner.Environment;
        return new JsonObject
        {
            ["type"] = $"Deployment.{Word(deployment.Status)}",
            ["details"] = new JsonObject
            {
                ["id"] = deployment.Id,
                ["source"] = "GitHub",
                ["status"] = deployment.Status,
                ["branch"] = "main",
                ["commitHash"] = deployment.Commit,
                ["commitMessage"] = $"Change {deployment.Commit}",
            },
            ["resource"] = new JsonObject
            {
                ["project"] = new JsonObject { ["id"] = environment.ProjectId, ["name"] = RailwaySchema.ProjectName },
                ["environment"] = new JsonObject { ["id"] = environment.Id, ["name"] = environment.Name, ["isEphemeral"] = false },
                ["service"] = new JsonObject { ["id"] = deployment.Owner.ServiceId, ["name"] = deployment.Owner.Name },
                ["deployment"] = new JsonObject { ["id"] = deployment.Id },
            },
            ["severity"] = deployment.Status is RailwayStatus.Failed or RailwayStatus.Crashed ? "WARNING" : "INFO",
            ["timestamp"] = deployment.StatusUpdatedAt.ToString("O"),
        };
    }

    private static string Word(string status) => status switch
    {
        RailwayStatus.Success => "deployed",
        RailwayStatus.Sleeping => "slept",
        _ => status.ToLowerInvariant(),
    };

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var body in queue.Reader.ReadAllAsync(stop.Token))
            {
                if (receiver is { } uri)
                {
                    await SendAsync(uri, body);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The world has ended.
        }
    }

    private async Task SendAsync(Uri uri, JsonObject body)
    {
        try
        {
            using var response = await client.PostAsJsonAsync(uri, body, stop.Token);
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The receiver misses this one, as the class says.
        }
    }
}
