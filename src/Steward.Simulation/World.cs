using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Simulation.Mail;
using Steward.Simulation.Models;
using Steward.Simulation.N8n;
using Steward.Simulation.PagerDuty;
using Steward.Simulation.Railway;
using Steward.Simulation.Telegram;
using Steward.Simulation.Traffic;

namespace Steward.Simulation;

/// <summary>
/// The outside world in a box: the systems that Steward talks to, over real HTTP on this machine, on an injected clock.
/// What it says is data for tests; what it did is in <see cref="Mutations"/>.
/// </summary>
public sealed class World : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource ending = new();
    private readonly Schedule schedule;
    private readonly EventQueue railwayQueue;
    private readonly EventQueue gitHubQueue;
    private readonly RailwayEvents events;
    private readonly MutationLog mutations;
    private IReadOnlyList<SimulatedRailway> railways = [];
    private InProcessServer? inProcess;
    private SmtpServer? smtp;
    private int ended;

    private World(WebApplication app, WorldOptions options, TimeProvider clock)
    {
        this.app = app;
        schedule = new Schedule(clock, options.Speed);
        railwayQueue = new EventQueue(schedule, Faults.Events);
        gitHubQueue = new EventQueue(schedule, Faults.Events);
        events = new RailwayEvents(railwayQueue);
        mutations = new MutationLog(clock);
    }

    /// <summary>Where the world listens; each system's paths begin here.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Railway's GraphQL endpoint.</summary>
    public Uri RailwayEndpoint => new(Url, RailwayApi.Path);

    /// <summary>The root of GitHub's REST API.</summary>
    public Uri GitHubUrl => Url;

    /// <summary>The root of n8n: its webhooks under /webhook, its public API under /api/v1.</summary>
    public Uri N8nUrl => Url;

    /// <summary>The default environment on Railway, seen from its other side.</summary>
    public SimulatedRailway Railway => railways[0];

    /// <summary>GitHub, seen from its other side.</summary>
    public SimulatedGitHub GitHub { get; private set; } = null!;

    /// <summary>n8n, seen from its other side.</summary>
    public SimulatedN8n N8n { get; private set; } = null!;

    /// <summary>The root of Telegram's Bot API.</summary>
    public Uri TelegramUrl => Url;

    /// <summary>The root of PagerDuty's Events API.</summary>
    public Uri PagerDutyUrl => Url;

    /// <summary>The root of the language model's API in Anthropic's words.</summary>
    public Uri ModelUrl => Url;

    /// <summary>The root of the same model's API in OpenAI's words.</summary>
    public Uri ChatUrl => new(Url, "v1");

    /// <summary>Telegram, seen from its other side.</summary>
    public SimulatedTelegram Telegram { get; private set; } = null!;

    /// <summary>PagerDuty, seen from its other side.</summary>
    public SimulatedPagerDuty PagerDuty { get; } = new();

    /// <summary>The language model, seen from its other side.</summary>
    public SimulatedModel Model { get; } = new();

    /// <summary>The mail server, seen from its other side.</summary>
    public SimulatedMail Mail { get; } = new();

    /// <summary>What is to go wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>How often each operation was called.</summary>
    public CallCounts Calls { get; } = new();

    /// <summary>Every change that the world performed for a client, oldest first; the newest 100 000. A copy.</summary>
    public IReadOnlyList<Mutation> Mutations => mutations.Snapshot();

    /// <summary>An environment on Railway, seen from its other side: "production", which is <see cref="Railway"/>, or one of <see cref="WorldOptions.RailwayEnvironments"/>.</summary>
    /// <exception cref="ArgumentException">There is no such environment.</exception>
    public SimulatedRailway RailwayIn(string environment) => railways.FirstOrDefault(one => one.Environment == environment)
        ?? throw new ArgumentException($"The simulated Railway has no environment '{environment}'. Add it to the world's options.", nameof(environment));

    /// <summary>Starts a world; it listens when the task is done.</summary>
    /// <exception cref="IOException">The address of <see cref="WorldOptions.Url"/> is taken.</exception>
    public static async Task<World> StartAsync(WorldOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Empty on purpose: settings, environment variables and signals of the process around it are not the world's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseUrls(options.Url.ToString());
        var inProcess = options.InProcess ? new InProcessServer() : null;
        if (inProcess is null)
        {
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = RequestBody.MaxBytes);
        }
        else
        {
            builder.Services.AddSingleton<IServer>(inProcess);
        }

        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, QuietLifetime>();
        var app = builder.Build();
        var world = new World(app, options, clock) { inProcess = inProcess };
        try
        {
            await world.OpenAsync(options, clock, cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client's way into a world without a network (<see cref="WorldOptions.InProcess"/>). It needs no disposal.</summary>
    /// <exception cref="InvalidOperationException">This world is on the network.</exception>
    public HttpMessageHandler Connect() => inProcess?.Connect()
        ?? throw new InvalidOperationException("This world listens on the network: send requests to its address.");

    /// <summary>The next mutation of this operation that the world performs after this call.</summary>
    public Task<Mutation> NextMutationAsync(string operation, CancellationToken cancellationToken) =>
        mutations.NextAsync(operation, cancellationToken);

    /// <summary>Ends the world: held requests break, nothing moves any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1)
        {
            return;
        }

        await ending.CancelAsync();
        schedule.Dispose();
        await app.DisposeAsync();
        if (smtp is not null)
        {
            await smtp.DisposeAsync();
        }

        await railwayQueue.DisposeAsync();
        await gitHubQueue.DisposeAsync();
        GitHub?.Dispose();
        ending.Dispose();
    }

    private async Task OpenAsync(WorldOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var exchange = new Exchange(Calls, Faults, clock, ending.Token);
        var platform = new RailwayPlatform(options, clock);
        var lifecycle = new Lifecycle(platform, schedule, events, options.Timings);
        var actions = new RailwayActions(platform, lifecycle, options.Timings, mutations);
        N8n = new SimulatedN8n(schedule, options, ending.Token);

        new RailwayApi(options, platform, RailwaySchema.Create(actions), exchange).Map(app);
        new DeployedApi(platform, exchange).Map(app);
        GitHub = SimulatedGitHub.Open(app, options, clock, schedule, mutations, exchange, gitHubQueue);
        new N8nApi(options.N8nApiKey, N8n, mutations, exchange).Map(app);
        new N8nExecutionApi(options.N8nApiKey, N8n, mutations, exchange).Map(app);
        Telegram = new SimulatedTelegram(options.TelegramChatId);
        new TelegramApi(options.TelegramToken, Telegram, mutations, exchange, clock, ending.Token).Map(app);
        new PagerDutyApi(options.PagerDutyRoutingKey, PagerDuty, mutations, exchange).Map(app);
        new ModelApi(options.ModelApiKey, options.ModelName, Model, exchange).Map(app);
        new ChatApi(options.ModelApiKey, options.ModelName, Model, exchange, clock).Map(app);
        smtp = new SmtpServer(() => new SmtpTalk(Mail, options.MailUser, options.MailPassword, Calls, Faults, mutations, clock, ending.Token), ending.Token);
        (Mail.Port, Mail.TlsPort) = (smtp.Open(encrypted: false), smtp.Open(encrypted: true));
        await app.StartAsync(cancellationToken);

        Url = new Uri(app.Urls.First());
        railways = [.. platform.Environments.Select(environment => new SimulatedRailway(environment, lifecycle, events, options.GitHubRepository, Url))];
        GitHub.ListensAt(Url);
        GitHub.TellOfPushes(Railway.Pushed);
    }
}
