using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Server.Demo;

/// <summary>Plays on the stage, and tells what Steward does from its own audit log over its own API.</summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(2);
    private const int WhyLength = 90;
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly DemoStage stage;
    private readonly HttpClient api;
    private readonly Play play;
    private readonly double speed;
    private readonly HashSet<string> correlations = [];
    private readonly HashSet<string> asked = [];
    private long told;
    private int underWay;

    private Demonstration(DemoStage stage, HttpClient api, Play play, double speed) => (this.stage, this.api, this.play, this.speed) = (stage, api, play, speed);

    /// <summary>The simulated world.</summary>
    public World World => stage.World;

    public static async Task<Demonstration> StartAsync(Play play, bool approve, double speed, CancellationToken cancellationToken)
    {
        Say($"{play.Summary}\n\nA world with Railway, GitHub and n8n is simulated here, {speed:0.#} times faster than the real one. Nothing leaves this machine.");
        var stage = await DemoStage.SetAsync(play, approve, speed, cancellationToken);
        var api = new HttpClient { BaseAddress = stage.Host.Address, Timeout = TimeSpan.FromSeconds(30) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stage.Host.OwnerKey!.Reveal());
        Say($"Steward is up at {stage.Host.Address}. It watches one service, '{DemoStage.Service}'.\n");
        return new Demonstration(stage, api, play, speed);
    }

    /// <summary>Plays it. True when it ended as it should and the audit chain is whole.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await play.RunAsync(this, limit.Token) & await EndAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Say($"It did not end within {Patience.TotalMinutes:0} minutes. The server's log: {stage.LogFile}");
            return false;
        }
    }

    /// <summary>Leaves everything running until Ctrl+C.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        Say($"""

            Still running until Ctrl+C. In another terminal:
              export STEWARD_Url={stage.Host.Address} STEWARD_Key={stage.Host.OwnerKey!.Reveal()}
              ./steward status; ./steward findings; ./steward audit list
            """);
        await Task.Delay(Timeout.InfiniteTimeSpan, Clock, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await stage.DisposeAsync();
    }

    /// <summary>A good version is deployed until it is known good.</summary>
    public async Task ServeGreenAsync(CancellationToken cancellationToken)
    {
        World.Railway.AddService(DemoStage.Service);
        Say("Somebody pushes version 'green'. It is built, deployed and serves well.");
        World.Railway.Deploy(DemoStage.Service, "green", DeploymentFate.Good);
        await UntilAsync(async () => (await ListAsync("api/deployments")).Any(one => one!["goodAt"] is not null), cancellationToken);
        Say("Steward has seen it serve for a while: 'green' is known good.");
    }

    /// <summary>Begins to count the seconds.</summary>
    public static Story Begin() => new(Clock.GetUtcNow());

    /// <summary>Prints the audit log as it grows, until the condition holds and the calls that had begun are over; asks the person at the terminal where a call waits for one.</summary>
    public async Task FollowAsync(Story story, Func<Task<bool>> until, CancellationToken cancellationToken)
    {
        long? over = null;
        while (over is not { } since || (underWay > 0 && Clock.GetElapsedTime(since) < LastCalls))
        {
            if (over is null && await until())
            {
                over = Clock.GetTimestamp();
            }

            foreach (var row in await NewRowsAsync())
            {
                if ((string?)row["kind"] is AuditKinds.Decision or AuditKinds.DeployAsked && (string?)row["correlationId"] is { } correlation)
                {
                    correlations.Add(correlation);
                }

                underWay += (string?)row["kind"] switch
                {
                    AuditKinds.CallPermitted => 1,
                    AuditKinds.CallSucceeded or AuditKinds.CallFailed or AuditKinds.CallUnknown => -1,
                    _ => 0,
                };
                foreach (var line in story.Tell(row))
                {
                    Say(line);
                }

                if ((string?)row["kind"] == AuditKinds.CallWaiting)
                {
                    await AskAsync(cancellationToken);
                }
            }

            await Task.Delay(Look, Clock, cancellationToken);
        }
    }

    /// <summary>What follows from this is told at the end.</summary>
    public void Remember(string correlation) => correlations.Add(correlation);

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition())
        {
            await Task.Delay(Look, Clock, cancellationToken);
        }
    }

    /// <summary>True when at least so many findings have ended or were left to people, and none is under way.</summary>
    public async Task<bool> HasEndedAsync(int count)
    {
        var findings = (await FindingsAsync()).Where(finding => (string?)finding!["kind"] != "pullRequestReady").ToList();
        return findings.Count >= count && findings.TrueForAll(finding => finding!["closedAt"] is not null || (string?)finding["state"] == "stuck");
    }

    /// <summary>True when something was found that Steward does not mend, such as after a no.</summary>
    public async Task<bool> IsLeftToPeopleAsync() => (await FindingsAsync()).Any(finding => (string?)finding!["state"] == "stuck");

    /// <summary>What was found, newest first.</summary>
    public Task<JsonArray> FindingsAsync() => ListAsync("api/findings");

    /// <summary>The items of a list.</summary>
    public async Task<JsonArray> ListAsync(string path) => (await GetAsync(path))["items"]!.AsArray();

    /// <summary>Reads over the API.</summary>
    public async Task<JsonObject> GetAsync(string path) =>
        await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)) ?? throw new InvalidOperationException($"{path} gave nothing.");

    /// <summary>Sends over the API.</summary>
    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>Prints how long the recovery took.</summary>
    public void TellTimeline(Story story)
    {
        if (story["happened"] is { } happened && story["railway.deployment.rollback"] is { } accepted && story["verified"] is { } verified)
        {
            var provider = TimeSpan.FromSeconds(new WorldTimings().Rollback.TotalSeconds / speed);
            var serves = story["serves"] ?? verified;
            var own = serves - happened - provider;
            Say(string.Create(CultureInfo.InvariantCulture, $"""

                The timeline, in seconds after the failure
                  {(story["decided"]!.Value - happened).TotalSeconds,6:0.00}  found and decided
                  {(accepted - happened).TotalSeconds,6:0.00}  rollback accepted by Railway
                  {(serves - happened).TotalSeconds,6:0.00}  'green' serves again; {provider.TotalSeconds:0.00} s of that is the provider's own time for a rollback, {Math.Max(0, own.TotalSeconds):0.00} s everything else
                  {(verified - happened).TotalSeconds,6:0.00}  verified: it answered well several times in a row, for a while
                """));
        }
    }

    public static void Say(string text) => Console.Out.WriteLine(text);

    private async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        Say("\nWhat was done and why, from the audit log (who, what exactly and on what evidence: steward audit list)");
        var rows = new List<JsonNode>();
        foreach (var correlation in correlations)
        {
            rows.AddRange((await ListAsync($"api/audit?limit=100&correlation={Uri.EscapeDataString(correlation)}"))!);
        }

        foreach (var row in rows.OrderBy(row => (long)row["seq"]!))
        {
            var why = (string?)row["reason"] ?? (string?)row["evidence"]!.AsArray().FirstOrDefault() ?? "";
            Say($"  {row["seq"],4}  {row["kind"],-15} {(string?)row["action"] ?? "",-28} {(why.Length > WhyLength ? $"{why[..WhyLength]}..." : why)}");
        }

        using var answer = await api.PostAsync(new Uri("api/audit/verify", UriKind.Relative), null, cancellationToken);
        var verdict = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        var whole = verdict["isWhole"]?.GetValue<bool>() == true;
        Say(whole ? $"\naudit chain verified: {verdict["rows"]} rows" : $"\nTHE AUDIT CHAIN IS BROKEN: {verdict["fault"]}");
        return whole;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        // A pull request that is ready is proposed as well; that is another story.
        var pending = (await ListAsync("api/approvals?state=pending")).FirstOrDefault(one => correlations.Contains((string)one!["correlationId"]!) && asked.Add((string)one["id"]!));
        if (pending is not { } approval)
        {
            return;
        }

        var id = approval["id"]!.GetValue<string>();
        Say($"\nThis exact call waits for you (approval {id}):\n  {approval["action"]} on {approval["target"]} {approval["arguments"]!.ToJsonString()}");
        Console.Out.Write("Approve it? [y/n] ");
        var word = await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        if (word is null)
        {
            Say($"\nNobody is at this terminal. Decide in another one:\n  STEWARD_Url={stage.Host.Address} STEWARD_Key={stage.Host.OwnerKey!.Reveal()} ./steward approvals approve {id}");
            return;
        }

        var decision = word.Trim().StartsWith('y') ? "approve" : "deny";
        using var answer = await api.PostAsync(new Uri($"api/approvals/{id}/{decision}", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
        if (decision == "deny")
        {
            Say("You said no: it is not done.");
        }
    }

    private async Task<IReadOnlyList<JsonObject>> NewRowsAsync()
    {
        var rows = (await GetAsync("api/audit?limit=100"))["items"]!.AsArray()
            .Select(row => row!.AsObject())
            .Where(row => (long)row["seq"]! > told)
            .Reverse()
            .ToList();
        told = rows.Count == 0 ? told : (long)rows[^1]["seq"]!;
        return rows;
    }
}
