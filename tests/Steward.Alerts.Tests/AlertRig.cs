using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Alerts.Approvals;
using Steward.Alerts.Deliveries;
using Steward.Connectors;
using Steward.Governance;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Platform;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Mail;
using Steward.Testing;

namespace Steward.Alerts.Tests;

/// <summary>
/// A node of Steward up to its outbox, against the simulated world over HTTP and SMTP. It stands still on its own clock, and
/// work runs when a test says so; <see cref="StartAsync"/> lets it run by itself on the system's clock.
/// </summary>
internal sealed class AlertRig : IAsyncDisposable
{
    public const long Anna = 42;
    private const string Webhook = "steward-alerts";

    private readonly IHost host;
    private readonly bool ownsWorld;
    private bool running;

    private AlertRig(World world, TestStore store, IHost host, bool ownsWorld) => (World, Store, this.host, this.ownsWorld) = (world, store, host, ownsWorld);

    public World World { get; }

    public TestStore Store { get; }

    public FakeClock Clock => (FakeClock)Store.Clock;

    public Database Database => Get<Database>();

    /// <summary>Makes a world and a node.</summary>
    /// <param name="channels">The channels that are set up.</param>
    /// <param name="kind">On which store.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="runs">True to let the node run by itself.</param>
    /// <param name="policy">Changes the text of the default policy.</param>
    public static async Task<AlertRig> StartAsync(string channels, StoreKind kind = StoreKind.Sqlite, Dictionary<string, string?>? settings = null, bool runs = false, Func<string, string>? policy = null)
    {
        var world = await World.StartAsync(new WorldOptions { Speed = WorldOptions.Instant }, TimeProvider.System, CancellationToken.None);
        world.N8n.Register(Webhook);
        var store = await TestStore.CreateAsync(kind, runs ? TimeProvider.System : new FakeClock(TimeProvider.System.GetUtcNow()),
            (GovernanceModule.Room, typeof(GovernanceModule).Assembly), (AlertsModule.Room, typeof(AlertsModule).Assembly));
        if (policy is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(store.Options.DataDirectory, "policy.yaml"), policy(PolicyReader.DefaultText));
        }

        return await NodeAsync(world, store, store.Database, channels, settings, runs, ownsWorld: true);
    }

    /// <summary>Another node on the same store and world.</summary>
    public async Task<AlertRig> AnotherAsync(string channels, Dictionary<string, string?>? settings = null) =>
        await NodeAsync(World, Store, await Store.OpenAsync(), channels, settings, running, ownsWorld: false);

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public Task TellAsync(Alert alert) => Database.WriteAsync(session => Get<Outbox>().TellAsync(session, alert), CancellationToken.None);

    /// <summary>Tells an alert and carries it out as far as it goes now.</summary>
    public async Task<ToldAlert> TellNowAsync(Alert alert)
    {
        await TellAsync(alert);
        await WorkAsync();
        return await FindAsync(alert.Key);
    }

    /// <summary>Runs what is due, until nothing is.</summary>
    public async Task WorkAsync()
    {
        for (var round = 0; round < 50; round++)
        {
            if (await Get<WorkRunner>().RunOnceAsync(CancellationToken.None) == 0)
            {
                return;
            }
        }

        throw new TimeoutException("There was always more to do.");
    }

    /// <summary>Moves the time and runs what has become due.</summary>
    public Task WaitAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return WorkAsync();
    }

    /// <summary>Fetches the buttons that were pressed, as the loop does, and runs what follows.</summary>
    public async Task ListenAsync()
    {
        await Get<ListenForButtons>().OnceAsync(CancellationToken.None);
        await WorkAsync();
    }

    public Task<Approval?> ApprovalAsync(Guid id) => Get<ApprovalNews>().FindAsync(id, CancellationToken.None);

    public async Task<ToldAlert> FindAsync(string key)
    {
        var told = (await ListAsync()).Single(one => one.Alert.Key == key);
        return told with { Deliveries = await Database.ReadAsync(session => DeliveryStore.OfAsync(session, told.Id), CancellationToken.None) };
    }

    public async Task<IReadOnlyList<ToldAlert>> ListAsync() =>
        (await Database.ReadAsync(session => AlertStore.ListAsync(session, new AlertFilter(), new PageRequest(500)), CancellationToken.None)).Items;

    /// <summary>Asks the gate for something that needs a person.</summary>
    public async Task<Guid> AskAsync(string key = "merge", string reason = "It is green.", string target = "pull-request/7", params string[] evidence)
    {
        var call = new Call("github.pull-request.merge", target, new System.Text.Json.Nodes.JsonObject { ["sha"] = "0123abcd" }, "web");
        var answer = await Get<Gate>().AskAsync(new CallRequest(key, new Actor("operations"), call, reason, "correlation-7") { Evidence = evidence }, CancellationToken.None);
        return Assert.IsType<GateAnswer.Waiting>(answer).ApprovalId;
    }

    public async Task<IReadOnlyList<AuditRow>> AuditAsync()
    {
        var rows = new List<AuditRow>();
        await foreach (var row in Get<AuditLog>().AllAsync(CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (running)
        {
            await host.StopAsync();
        }

        host.Dispose();
        if (ownsWorld)
        {
            await Store.DisposeAsync();
            await World.DisposeAsync();
        }
    }

    private static async Task<AlertRig> NodeAsync(World world, TestStore store, Database database, string channels, Dictionary<string, string?>? more, bool runs, bool ownsWorld)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(await SettingsAsync(world, store, channels.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        builder.Configuration.AddInMemoryCollection(more ?? []);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(store.Clock);
        builder.Services.AddPlatform(database).AddGovernance().AddConnectors().AddAlerts();
        var rig = new AlertRig(world, store, builder.Build(), ownsWorld);
        if (runs)
        {
            await rig.host.StartAsync();
            rig.running = true;
        }

        return rig;
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(World world, TestStore store, string[] channels)
    {
        var options = new WorldOptions();
        var settings = new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = store.Options.DataDirectory,
            ["Storage:ConnectionString"] = store.Options.ConnectionString,
            ["Work:Poll"] = "00:00:00.2",
        };
        if (channels.Contains("n8n"))
        {
            settings["N8n:AlertWebhook"] = new Uri(world.N8nUrl, $"webhook/{Webhook}").ToString();
            settings["N8n:BaseUrl"] = world.N8nUrl.ToString();
            settings["N8n:ApiKey"] = options.N8nApiKey;
        }

        if (channels.Contains("telegram"))
        {
            settings["Telegram:BaseUrl"] = world.TelegramUrl.ToString();
            settings["Telegram:Token"] = options.TelegramToken;
            settings["Telegram:ChatId"] = options.TelegramChatId.ToString(CultureInfo.InvariantCulture);
        }

        if (channels.Contains("people"))
        {
            settings[$"Telegram:People:{Anna}"] = "anna";
        }

        if (channels.Contains("pagerduty"))
        {
            settings["PagerDuty:BaseUrl"] = world.PagerDutyUrl.ToString();
            settings["PagerDuty:RoutingKey"] = options.PagerDutyRoutingKey;
        }

        if (channels.Contains("mail"))
        {
            var certificate = Path.Combine(store.Options.DataDirectory, "mail.pem");
            await File.WriteAllTextAsync(certificate, SimulatedMail.CertificatePem);
            settings["Mail:Host"] = SimulatedMail.Host;
            settings["Mail:Port"] = world.Mail.Port.ToString(CultureInfo.InvariantCulture);
            settings["Mail:User"] = options.MailUser;
            settings["Mail:Password"] = options.MailPassword;
            settings["Mail:From"] = "steward@acme.example";
            settings["Mail:To"] = "anna@acme.example";
            settings["Mail:CertificateFile"] = certificate;
        }

        return settings;
    }
}
