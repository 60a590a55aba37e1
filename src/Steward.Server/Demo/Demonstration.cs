using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Server.Demo;

/// <summary>The play: a good version, then a bad one, and what Steward does about it, told from its own audit log over its own API.</summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private const int WhyLength = 90;
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly DemoStage stage;
    private readonly HttpClient api;
    private readonly double speed;
    private long told;

    private Demonstration(DemoStage stage, HttpClient api, double speed) => (this.stage, this.api, this.speed) = (stage, api, speed);

    public static async Task<Demonstration> StartAsync(bool approve, double speed, CancellationToken cancellationToken)
    {
        Say($"A world with Railway, GitHub and n8n is simulated here, {speed:0.#} times faster than the real one. Nothing leaves this machine.");
        var stage = await DemoStage.SetAsync(approve, speed, cancellationToken);
        var api = new HttpClient { BaseAddress = stage.Host.Address, Timeout = TimeSpan.FromSeconds(30) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stage.Host.OwnerKey!.Reveal());
        Say($"Steward is up at {stage.Host.Address}. It watches one service, '{DemoStage.Service}'.\n");
        return new Demonstration(stage, api, speed);
    }

    /// <summary>Plays it. True when the service recovered and the audit chain is whole.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await PlayAsync(limit.Token);
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

    private async Task<bool> PlayAsync(CancellationToken cancellationToken)
    {
        stage.World.Railway.AddService(DemoStage.Service);
        Say("Somebody pushes version 'green'. It is built, deployed and serves well.");
        stage.World.Railway.Deploy(DemoStage.Service, "green", DeploymentFate.Good);
        await UntilAsync(async () => (await GetAsync("api/deployments"))["items"]!.AsArray().Any(one => one!["goodAt"] is not null), cancellationToken);
        Say("Steward has seen it serve for a while: 'green' is known good.\n\nSomebody pushes version 'broken'. It will take over and then crash.");
        var story = new Story(Clock.GetUtcNow());
        stage.World.Railway.Deploy(DemoStage.Service, "broken", DeploymentFate.CrashesAfterStart);
        var correlation = await FollowAsync(story, cancellationToken);
        return await EndAsync(story, correlation, cancellationToken);
    }

    // Prints the rows as they come, until the recovery was verified and told.
    private async Task<string> FollowAsync(Story story, CancellationToken cancellationToken)
    {
        string? correlation = null;
        var (alerts, asked, closed) = (0, false, false);
        while (!closed || alerts < 2)
        {
            foreach (var row in await NewRowsAsync())
            {
                var kind = (string?)row["kind"];
                correlation ??= kind == AuditKinds.Decision ? (string?)row["correlationId"] : null;
                foreach (var line in story.Tell(row))
                {
                    Say(line);
                }

                closed |= kind is AuditKinds.Verified or AuditKinds.ApprovalDenied or AuditKinds.ApprovalExpired;
                alerts += kind == AuditKinds.CallSucceeded && (string?)row["action"] == "alert.send" ? 1 : 0;
                if (kind == AuditKinds.CallWaiting && !asked)
                {
                    asked = true;
                    await AskAsync(cancellationToken);
                }
            }

            await Task.Delay(Look, Clock, cancellationToken);
        }

        return correlation ?? "";
    }

    private async Task<bool> EndAsync(Story story, string correlation, CancellationToken cancellationToken)
    {
        var finding = (await GetAsync("api/findings"))["items"]!.AsArray().FirstOrDefault();
        var recovered = finding?["state"]?.GetValue<string>() == "recovered";
        if (recovered && story["happened"] is { } happened && story["railway.deployment.rollback"] is { } accepted && story["verified"] is { } verified)
        {
            var provider = TimeSpan.FromSeconds(new WorldTimings().Rollback.TotalSeconds / speed);
            var own = verified - happened - provider;
            Say(string.Create(CultureInfo.InvariantCulture, $"""

                The timeline, in seconds after the failure
                  {(story["decided"]!.Value - happened).TotalSeconds,6:0.00}  found and decided
                  {(accepted - happened).TotalSeconds,6:0.00}  rollback accepted by Railway
                  {(verified - happened).TotalSeconds,6:0.00}  'green' serves again, verified
                  {provider.TotalSeconds,6:0.00}  of that is the provider's own time for a rollback; {Math.Max(0, own.TotalSeconds):0.00} s is everything else
                """));
        }

        Say("\nWhat was done and why, from the audit log (who, what exactly and on what evidence: steward audit list)");
        foreach (var row in (await GetAsync($"api/audit?limit=100&correlation={Uri.EscapeDataString(correlation)}"))["items"]!.AsArray().Reverse())
        {
            var why = (string?)row!["reason"] ?? (string?)row["evidence"]!.AsArray().FirstOrDefault() ?? "";
            Say($"  {row["seq"],4}  {row["kind"],-15} {(string?)row["action"] ?? "",-28} {(why.Length > WhyLength ? $"{why[..WhyLength]}..." : why)}");
        }

        using var answer = await api.PostAsync(new Uri("api/audit/verify", UriKind.Relative), null, cancellationToken);
        var verdict = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        var whole = verdict["isWhole"]?.GetValue<bool>() == true;
        Say(whole ? $"\naudit chain verified: {verdict["rows"]} rows" : $"\nTHE AUDIT CHAIN IS BROKEN: {verdict["fault"]}");
        return recovered && whole;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var approval = (await GetAsync("api/approvals?state=pending"))["items"]!.AsArray()[0]!;
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

    private async Task<JsonObject> GetAsync(string path) =>
        await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)) ?? throw new InvalidOperationException($"{path} gave nothing.");

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition())
        {
            await Task.Delay(Look, Clock, cancellationToken);
        }
    }

    private static void Say(string text) => Console.Out.WriteLine(text);
}
