using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary>What a command has at hand.</summary>
internal sealed record Talk(ServerClient Server, Output Output, ParseResult Parsed, CancellationToken Cancellation)
{
    // A server that is brought up to date is back within a minute or two.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public Task<JsonNode> GetAsync(string path) => Server.GetAsync(path, Cancellation);

    /// <summary>Reads how something stands that is being followed. It goes on over a restart of the server, so one that is away is waited for.</summary>
    public async Task<JsonNode> FollowAsync(string path)
    {
        for (var (since, isTold) = (TimeProvider.System.GetTimestamp(), false); ; isTold = true)
        {
            try
            {
                return await GetAsync(path);
            }
            catch (CommandFailure e) when (e.ExitCode == ExitCodes.Unreachable && TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                if (!isTold)
                {
                    Output.Line($"The server at {Server.Address} cannot be reached for now; it is asked again for {Patience.TotalMinutes:0} minutes.");
                }
            }

            await Task.Delay(Again, TimeProvider.System, Cancellation);
        }
    }

    public Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body = null) => Server.SendAsync(method, path, body, Cancellation);
}
