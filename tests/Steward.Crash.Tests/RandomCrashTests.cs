using System.Globalization;
using Steward.Governance.Policies;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>
/// The server is killed at moments that nobody chose, several times within one recovery. <c>STEWARD_TEST_SEED</c> repeats
/// one run; a few milliseconds are the machine's own, so a seed makes a fault likely and not certain.
/// </summary>
public sealed class RandomCrashTests
{
    private const int Lanes = 3;

    private static readonly string[] Up = ["up", "--urls", "http://127.0.0.1:0", "--data", "data"];

    [Fact]
    public async Task Whenever_the_server_is_killed_there_is_one_recovery()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("STEWARD_TEST_SEED"), CultureInfo.InvariantCulture, out var one)
            ? [one]
            : Enumerable.Range(0, LongForm.Or(6, 60)).Select(_ => Random.Shared.Next()).ToList();
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = TestContext.Current.CancellationToken }, async (seed, _) =>
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"STEWARD_TEST_SEED={seed}");
            var supervised = seed % 3 == 0;
            try
            {
                await Scene.PlayAsync(scene => KillAtRandomAsync(scene, new Random(seed), supervised), supervised);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidOperationException($"With STEWARD_TEST_SEED={seed}: {e.Message}", e);
            }
        });
    }

    [Fact]
    public async Task A_first_start_that_is_killed_again_and_again_comes_up_in_the_end()
    {
        using var directory = new TempDirectory();
        var settings = new Dictionary<string, string> { ["STEWARD_OwnerKey"] = "the-key-of-the-owner-of-this-scene-0123456789" };
        for (var attempt = 0; attempt < LongForm.Or(8, 80); attempt++)
        {
            await using var cut = ServerProcess.Launch(directory.Location, settings, Up);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 1500)), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await using var server = ServerProcess.Launch(directory.Location, settings, Up);
        using var http = new HttpClient { BaseAddress = await server.UpAsync(TestContext.Current.CancellationToken) };
        Assert.True((await http.GetAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.Equal(PolicyReader.DefaultText, await File.ReadAllTextAsync(directory["data/policy.yaml"], TestContext.Current.CancellationToken));
    }

    private static async Task KillAtRandomAsync(Scene scene, Random random, bool supervised)
    {
        // Providers that take their time leave more moments to be killed in.
        foreach (var system in (string[])[Systems.Railway, Systems.GitHub, Systems.N8n])
        {
            scene.World.Faults.Add(Fault.Slow(TimeSpan.FromMilliseconds(random.Next(60))), system);
        }

        await scene.BreakAsync();
        for (var kill = random.Next(2, 6); kill > 0; kill--)
        {
            // A number of requests finds the moments in which something happens, a time the others.
            var byTime = random.Next(2) == 0;
            var requests = byTime ? int.MaxValue : scene.World.Calls.Total + random.Next(1, 14);
            var time = TimeSpan.FromMilliseconds(byTime ? random.Next(2500) : 5000);
            var begun = TimeProvider.System.GetTimestamp();
            using var person = new CancellationTokenSource();
            var agreeing = supervised ? AgreeAsync(scene, person.Token) : Task.CompletedTask;
            await Scene.UntilAsync(() => TimeProvider.System.GetElapsedTime(begun) > time || scene.World.Calls.Total >= requests, "the moment of the kill has come");
            await scene.KillAsync();
            await person.CancelAsync();
            await agreeing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (random.Next(4) == 0)
            {
                // Also within the start.
                scene.Launch();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1200)), TimeProvider.System);
                await scene.KillAsync();
            }

            await scene.StartAsync();
        }

        scene.World.Faults.Clear();
        if (supervised && (await scene.ListAsync("api/approvals?state=used")).Count == 0)
        {
            await AgreeAsync(scene, CancellationToken.None);
        }

        await new Aftermath(scene).IsOneRecoveryAsync(supervised ? 1 : 0);
    }

    // A person who says yes as soon as there is a question.
    private static async Task AgreeAsync(Scene scene, CancellationToken cancellationToken)
    {
        await Scene.UntilAsync(async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (await scene.ListAsync("api/approvals")).Count > 0;
        }, "a person is asked");
        foreach (var pending in await scene.ListAsync("api/approvals?state=pending"))
        {
            await scene.ApproveAsync((string)pending["id"]!);
        }
    }
}
