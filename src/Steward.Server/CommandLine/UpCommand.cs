using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Server.Startup;

namespace Steward.Server.CommandLine;

/// <summary><c>steward up</c>: the server itself. Its log goes to standard output, what people must see to standard error.</summary>
internal static class UpCommand
{
    /// <summary>The data directory.</summary>
    public static Option<string?> Data { get; } = new("--data") { Description = "The data directory (default: data)", HelpName = "DIR" };

    /// <summary>The settings file.</summary>
    public static Option<string?> Config { get; } = new("--config") { Description = "The settings file (default: steward.json, where there is one)", HelpName = "FILE" };

    private static readonly Option<string?> Urls = new("--urls") { Description = $"The addresses to listen on, separated by ';' (default: {ServerOptions.DefaultUrls})" };

    public static Command Build()
    {
        var up = new Command("up", "Start the server") { Urls, Data, Config };
        up.SetAction((parsed, cancellationToken) => RunAsync(
            new StewardStart { Urls = parsed.GetValue(Urls), DataDirectory = parsed.GetValue(Data), ConfigFile = parsed.GetValue(Config) }, cancellationToken));
        return up;
    }

    private static async Task<int> RunAsync(StewardStart start, CancellationToken cancellationToken)
    {
        try
        {
            await using var host = await StewardHost.BuildAsync(start, cancellationToken);
            if (host.OwnerKey is { } key)
            {
                // Before anything else can go wrong: the key exists from now on, and this is the only time that it is seen.
                Console.Error.WriteLine($"The owner's key, shown this once and kept nowhere:\n\n  {key.Reveal()}\n\nUse it with: export {ServerClient.KeyVariable}=<the key>\n");
            }

            await host.App.StartAsync(cancellationToken);
            Console.Error.WriteLine($"Steward {StewardHost.Version} is up at {host.Address} (stop it with Ctrl+C).");
            await host.App.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is SettingsException or OptionsValidationException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Usage;
        }
        catch (StorageException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException { InnerException: not null } or SocketException)
        {
            Console.Error.WriteLine($"{e.Message} Choose another address with --urls, or stop what uses this one.");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
    }
}
