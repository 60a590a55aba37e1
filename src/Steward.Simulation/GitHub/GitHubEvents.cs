using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Posts signed events, as the webhook of a GitHub App does. Call it under the repository's lock.</summary>
internal sealed class GitHubEvents
{
    private readonly Repository repository;
    private readonly WorldOptions options;
    private readonly EventQueue queue;
    private (Uri Receiver, byte[] Secret)? target;

    public GitHubEvents(Repository repository, WorldOptions options, EventQueue queue)
    {
        (this.repository, this.options, this.queue) = (repository, options, queue);
        repository.Tell = Publish;
    }

    public void SendTo(Uri? receiver, string secret)
    {
        target = receiver is null ? null : (receiver, Encoding.UTF8.GetBytes(secret));
        Publish("ping", new JsonObject { ["zen"] = "Keep it logically awesome.", ["hook_id"] = 1, ["hook"] = new JsonObject { ["type"] = "App", ["id"] = 1, ["active"] = true } }, Account.Developer);
    }

    private void Publish(string name, JsonObject members, Account sender)
    {
        if (target is not var (receiver, secret))
        {
            return;
        }

        members["repository"] = repository.Brief();
        members["sender"] = sender.ToJson();
        members["installation"] = new JsonObject { ["id"] = options.GitHubInstallationId };
        var body = JsonSerializer.SerializeToUtf8Bytes(members);
        // A repeat has the same id, as GitHub's redelivery has.
        var delivery = $"{Guid.CreateVersion7(repository.Now)}";
        var signature = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(secret, body))}";
        queue.Publish(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, receiver) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.UserAgent.ParseAdd("GitHub-Hookshot/simulated");
            request.Headers.Add("X-GitHub-Event", name);
            request.Headers.Add("X-GitHub-Delivery", delivery);
            request.Headers.Add("X-Hub-Signature-256", signature);
            return request;
        });
    }
}
