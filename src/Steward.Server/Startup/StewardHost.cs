using System.Reflection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Steward.Agents;
using Steward.Connectors.Models;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Operations;
using Steward.Platform.Settings;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Server.Entry;
using Steward.Server.Telemetry;

namespace Steward.Server.Startup;

/// <summary>A server, built and ready to start: the composition root.</summary>
public sealed class StewardHost : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(15);

    private readonly Database database;
    private readonly IDisposable directory;

    private StewardHost(WebApplication app, Secret? ownerKey, Database database, IDisposable directory) =>
        (App, OwnerKey, this.database, this.directory) = (app, ownerKey, database, directory);

    /// <summary>The version of this program.</summary>
    public static string Version { get; } = typeof(StewardHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The application; start it, stop it.</summary>
    public WebApplication App { get; }

    /// <summary>The first key, when this start made it: the only moment at which it can be shown.</summary>
    public Secret? OwnerKey { get; }

    /// <summary>Where the started server listens: the port is the real one also where 0 was asked for.</summary>
    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        .Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal));

    /// <summary>Reads the settings, takes the data directory, opens and migrates the store, makes the first key, introduces the rooms.</summary>
    /// <exception cref="SettingsException">The settings are wrong.</exception>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public static async Task<StewardHost> BuildAsync(StewardStart start, CancellationToken cancellationToken)
    {
        // Reading a first policy costs a fifth of a second of compiling: let another core do it while the store opens.
        _ = Task.Run(static () => PolicyReader.Read(PolicyReader.DefaultText), CancellationToken.None);
        var configuration = SettingsReader.Read(start, Rooms.Settings);
        var preset = SettingsReader.OwnerKey(start);
        var redactor = new Redactor();
        foreach (var secret in SettingsReader.Secrets(configuration).Append(preset?.Reveal()))
        {
            redactor.Know(secret);
        }

        var storage = Options.Create(configuration.GetSection("Storage").Get<StorageOptions>() ?? new StorageOptions());
        var directory = DataDirectoryLock.Take(storage.Value);
        Database? database = null;
        WebApplication? app = null;
        try
        {
            database = await new OpenDatabase(storage, TimeProvider.System).HandleAsync(cancellationToken);
            await new MigrationRunner(database, TimeProvider.System).RunAsync(Rooms.Migrations, cancellationToken);
            app = Compose(start, configuration, database, redactor);
            // A broken policy, or price list, stops the start here, with its message, and not at the first decision.
            app.Services.GetRequiredService<PolicyFile>();
            app.Services.GetRequiredService<ModelPrices>();
            var shown = await app.Services.GetRequiredService<EnsureOwnerKey>().HandleAsync(preset, cancellationToken);
            var host = new StewardHost(app, shown, database, directory);
            app.Services.GetRequiredService<Lifecycle>().Announce(host);
            return host;
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            if (database is not null)
            {
                await database.DisposeAsync();
            }

            directory.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server if it runs, and gives the store and the data directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await database.DisposeAsync();
        directory.Dispose();
    }

    private static WebApplication Compose(StewardStart start, IConfiguration configuration, Database database, Redactor redactor)
    {
        // Empty: no appsettings, no ASPNETCORE_ variables, no console logger behind our back.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "steward" });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
        builder.Services.AddSingleton(redactor);
        builder.Services.AddSingleton<Lifecycle>();
        builder.Services.AddSettings(Rooms.Settings.Where(section => section.Options == typeof(ServerOptions)));
        builder.AddStewardTelemetry(start.Log);
        builder.AddWebServer();
        builder.Services.AddRooms(database);
        start.Introduce?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseEntry();
        app.MapHealth();
        app.MapMetrics();
        app.MapApi();
        app.MapOperationsEvents();
        app.MapAgentHooks();
        return app;
    }
}
