using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Connectors.Railway;
using Steward.Governance;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Platform;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Simulation;
using Steward.Simulation.Mail;

namespace Steward.Connectors.Tests;

/// <summary>A world, and a Steward that is set up for it as the server would be: real files, real gate, real HTTP.</summary>
public abstract class ConnectorTest : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("steward-connectors-").FullName;
    private ServiceProvider? services;
    private Database? database;

    protected static CancellationToken Ending => TestContext.Current.CancellationToken;

    protected World World { get; private set; } = null!;

    /// <summary>Steward's clock.</summary>
    protected virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>The world's clock.</summary>
    protected virtual TimeProvider WorldClock => TimeProvider.System;

    protected virtual WorldOptions Options => new() { Speed = WorldOptions.Instant };

    /// <summary>How long one attempt may take: long for a busy machine, short where a test waits for it.</summary>
    protected virtual TimeSpan AttemptTimeout => TimeSpan.FromSeconds(20);

    private protected LogLines Log { get; } = new();

    /// <summary>Everything that Steward wrote: the files of its store, as one text.</summary>
    protected string Stored => string.Join('\n', Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => file != CertificateFile).Select(file =>
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(open, Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    private string CertificateFile => Path.Combine(folder, "mail.pem");

    protected RailwayClient Railway => Get<RailwayClient>();

    protected Gate Gate => Get<Gate>();

    protected ProviderPipeline RailwayPipeline => services!.GetRequiredKeyedService<ProviderPipeline>(RailwayClient.Vendor);

    public virtual async ValueTask InitializeAsync()
    {
        World = await World.StartAsync(Options, WorldClock, Ending);
        database = await new OpenDatabase(Microsoft.Extensions.Options.Options.Create(new StorageOptions { DataDirectory = folder }), Clock).HandleAsync(Ending);
        await new MigrationRunner(database, Clock).RunAsync(
            [(PlatformModule.Room, typeof(PlatformModule).Assembly), (GovernanceModule.Room, typeof(GovernanceModule).Assembly), (ConnectorsModule.Room, typeof(ConnectorsModule).Assembly)], Ending);
        var settings = new Dictionary<string, string?> { ["Storage:DataDirectory"] = folder };
        Configure(settings);
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        collection.AddSingleton(Clock);
        collection.AddLogging(logging => logging.AddProvider(Log));
        collection.AddPlatform(database).AddGovernance().AddConnectors();
        foreach (var vendor in new[] { Systems.Railway, Systems.GitHub, Systems.N8n, Systems.Telegram, Systems.PagerDuty, Systems.Mail })
        {
            collection.AddProvider(new ProviderLimits(vendor, 5) { AttemptTimeout = AttemptTimeout, Timeout = 4 * AttemptTimeout });
        }

        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }

        await DisposeMoreAsync();
        if (services is not null)
        {
            await services.DisposeAsync();
        }

        if (database is not null)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask DisposeMoreAsync() => ValueTask.CompletedTask;

    protected virtual void Configure(IDictionary<string, string?> settings)
    {
        settings["Railway:Endpoint"] = World.RailwayEndpoint.ToString();
        // As a file with a secret holds it: with a line's end.
        settings["Railway:Token"] = Options.RailwayToken + "\n";
        settings["Railway:ProjectId"] = Options.RailwayProjectId;
        settings["Railway:EnvironmentId"] = Options.RailwayEnvironmentId;
        settings["GitHub:BaseUrl"] = World.GitHubUrl.ToString();
        settings["GitHub:Token"] = Options.GitHubToken;
        settings["GitHub:Repository"] = Options.GitHubRepository;
        settings["N8n:AlertWebhook"] = new Uri(World.N8nUrl, "/webhook/alerts").ToString();
        settings["N8n:BaseUrl"] = World.N8nUrl.ToString();
        settings["N8n:ApiKey"] = Options.N8nApiKey;
        settings["Telegram:BaseUrl"] = World.TelegramUrl.ToString();
        settings["Telegram:Token"] = Options.TelegramToken + "\n";
        settings["Telegram:ChatId"] = Options.TelegramChatId.ToString(CultureInfo.InvariantCulture);
        settings["PagerDuty:BaseUrl"] = World.PagerDutyUrl.ToString();
        settings["PagerDuty:RoutingKey"] = Options.PagerDutyRoutingKey + "\n";
        File.WriteAllText(CertificateFile, SimulatedMail.CertificatePem);
        settings["Mail:Host"] = SimulatedMail.Host;
        settings["Mail:Port"] = World.Mail.Port.ToString(CultureInfo.InvariantCulture);
        settings["Mail:User"] = Options.MailUser;
        settings["Mail:Password"] = Options.MailPassword + "\n";
        settings["Mail:From"] = "steward@acme.example";
        settings["Mail:To"] = "anna@acme.example, ben@acme.example";
        settings["Mail:CertificateFile"] = CertificateFile;
    }

    protected T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    /// <summary>A permit for a call that the default policy allows to an autonomous Steward.</summary>
    protected async Task<Permit> PermitAsync(Call call, string key = "test")
    {
        var answer = await AskAsync(call, key);
        return Assert.IsType<GateAnswer.Permitted>(answer).Permit;
    }

    /// <summary>A permit for a call that the default policy leaves to a person, who says yes.</summary>
    protected async Task<Permit> ApprovedAsync(Call call)
    {
        var waiting = Assert.IsType<GateAnswer.Waiting>(await AskAsync(call));
        var decided = await Get<DecideApproval>().HandleAsync(waiting.ApprovalId, true, Actor.Person("anna"), null, Ending);
        Assert.False(decided.IsRefused);
        return await PermitAsync(call);
    }

    protected Task<GateAnswer> AskAsync(Call call, string key = "test") => Gate.AskAsync(
        new CallRequest(key, new Actor("operations"), call, "A test.", "correlation") { Facts = new HashSet<string> { "known-good" } }, Ending);
}
