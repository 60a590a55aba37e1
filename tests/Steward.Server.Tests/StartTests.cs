using Microsoft.Extensions.Options;
using Steward.Alerts;
using Steward.Platform.Storage;
using Steward.Server.Startup;
using Steward.Testing;

namespace Steward.Server.Tests;

public sealed class StartTests
{
    [Theory]
    [InlineData("STEWARD_Work__Concurrency", "0", "Work:Concurrency")]
    [InlineData("STEWARD_Work__Concurrency", "many", "Work:Concurrency")]
    [InlineData("STEWARD_Work__Concurency", "5", "Did you mean Work:Concurrency?")]
    [InlineData("STEWARD_Wrok__Concurrency", "5", "Wrok")]
    [InlineData("STEWARD_Server__Urls", "https://127.0.0.1:0", "Server:Urls")]
    [InlineData("STEWARD_OwnerKey", "too short", "STEWARD_OwnerKey")]
    [InlineData("STEWARD_Storage__ConnectionString", "nonsense", "Storage:ConnectionString")]
    [InlineData("DATABASE_URL", "postgres://nonsense", "Storage:ConnectionString")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string variable, string value, string named)
    {
        using var directory = new TempDirectory();
        var start = new StewardStart { DataDirectory = directory["data"], Environment = new Dictionary<string, string> { [variable] = value } };

        var refusal = await Assert.ThrowsAsync<SettingsException>(() => StewardHost.BuildAsync(start, TestContext.Current.CancellationToken));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory["data"]));
    }

    [Theory]
    [InlineData("""{"Work":{"Leese":"00:00:05"}}""", "Work:Leese")]
    [InlineData("""{"Work":{"Lease":"00:00:00.5"}}""", "Work:Lease")]
    [InlineData("""{"Work":""", "steward.json")]
    public async Task A_wrong_settings_file_stops_the_program_with_exit_code_2_and_without_a_stack_trace(string json, string named)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["steward.json"], json, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await Cli.RunAsync(directory.Location, new Dictionary<string, string>(), "up", "--urls", "http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_wins_over_the_file_and_options_over_the_environment()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["settings.json"], """{"Work":{"Concurrency":5,"KeepDays":7},"Storage":{"DataDirectory":"elsewhere"}}""", TestContext.Current.CancellationToken);
        var start = new StewardStart
        {
            ConfigFile = directory["settings.json"],
            DataDirectory = directory["data"],
            Environment = new Dictionary<string, string>
            {
                ["STEWARD_Work__Concurrency"] = "6", ["DATABASE_URL"] = "postgres://u:p@a/b", ["STEWARD_Storage__ConnectionString"] = "",
                ["STEWARD_Url"] = "x", ["STEWARD_Key"] = "y",
            },
        };

        var settings = SettingsReader.Read(start, Rooms.Settings);

        Assert.Equal(("6", "7"), (settings["Work:Concurrency"], settings["Work:KeepDays"]));
        Assert.Equal(("", directory["data"]), (settings["Storage:ConnectionString"], settings["Storage:DataDirectory"]));
    }

    [Theory]
    [InlineData("24:00:00", 24)]
    [InlineData("1.12:00:00", 36)]
    [InlineData("36:30:00", 36.5)]
    [InlineData("00:00:00.5", 0.5 / 3600)]
    [InlineData("2", 48)]
    public async Task A_time_in_the_settings_is_what_it_says(string written, double hours)
    {
        await using var server = new RunningServer();
        server.Environment["STEWARD_Alerts__Warning__CoolDown"] = written;
        await server.InitializeAsync();

        Assert.Equal(hours, server.Get<IOptions<AlertsOptions>>().Value.Warning.CoolDown.TotalHours, 6);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        await using var first = new RunningServer();
        await first.InitializeAsync();

        var refusal = await Assert.ThrowsAsync<StorageException>(() => StewardHost.BuildAsync(first.Start, TestContext.Current.CancellationToken));

        Assert.Contains("Another server uses the data directory", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await first.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task A_broken_policy_stops_the_start()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory["data"]);
        await File.WriteAllTextAsync(Path.Combine(directory["data"], "policy.yaml"), "autonomy: whatever", TestContext.Current.CancellationToken);
        var start = new StewardStart { DataDirectory = directory["data"], Environment = new Dictionary<string, string>() };

        var refusal = await Assert.ThrowsAsync<StorageException>(() => StewardHost.BuildAsync(start, TestContext.Current.CancellationToken));

        Assert.Contains("autonomy", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_key_is_shown_by_the_first_start_alone_and_stays_good()
    {
        using var directory = new TempDirectory();
        string key;
        await using (var first = new RunningServer(directory))
        {
            await first.InitializeAsync();
            key = first.ShownKey!;
            Assert.Matches("^stw_[A-Za-z0-9_-]{43}$", key);
        }

        await using var second = new RunningServer(directory);
        await second.InitializeAsync();
        Assert.Null(second.ShownKey);
        Assert.Equal(200, (await second.GetAsync("/api/keys", key)).Status);
    }

    [Fact]
    public async Task A_preset_key_is_good_until_another_takes_its_place_and_never_comes_back()
    {
        const string One = "the-first-preset-key-of-the-owner-0001", Two = "the-second-preset-key-of-the-owner-002";
        using var directory = new TempDirectory();
        await using (var first = new RunningServer(directory) { Environment = { ["STEWARD_OwnerKey"] = One } })
        {
            await first.InitializeAsync();
            Assert.Null(first.ShownKey);
            Assert.Equal(200, (await first.GetAsync("/api/keys", One)).Status);
        }

        await using (var second = new RunningServer(directory) { Environment = { ["STEWARD_OwnerKey"] = Two } })
        {
            await second.InitializeAsync();
            Assert.Equal(200, (await second.GetAsync("/api/keys", Two)).Status);
            (await second.GetAsync("/api/keys", One)).IsProblem(401, "wrong-key");
        }

        await using var third = new RunningServer(directory) { Environment = { ["STEWARD_OwnerKey"] = One } };
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => third.InitializeAsync().AsTask());
        Assert.Contains("revoked", refusal.Message, StringComparison.Ordinal);
    }
}
