using System.CommandLine;
using Steward.Platform.Storage;
using Steward.Server.Demo;
using Steward.Server.Startup;

namespace Steward.Server.CommandLine;

/// <summary><c>steward demo</c>: the whole server against a simulated world, for somebody who has five minutes.</summary>
internal static class DemoCommand
{
    private const double DefaultSpeed = 20;

    private static readonly Option<bool> Keep = new("--keep") { Description = "Leave the server and the world running to look at" };
    private static readonly Option<bool> Approve = new("--approve") { Description = "Make what is done wait for a person" };
    private static readonly Option<string> Scenario = new("--scenario")
    {
        Description = $"What is told: {string.Join(", ", Play.All.Select(play => play.Name))}",
        DefaultValueFactory = _ => Play.All[0].Name,
    };

    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "How many times faster than real providers the simulated ones are (1 to 100)",
        DefaultValueFactory = _ => DefaultSpeed,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 100)
            {
                return speed;
            }

            result.AddError($"--speed is '{result.Tokens[0].Value}'; it must be a number from 1 to 100.");
            return DefaultSpeed;
        },
    };

    public static Command Build()
    {
        var demo = new Command("demo", "Watch Steward at work in a simulated world") { Scenario, Keep, Approve, Speed };
        Scenario.AcceptOnlyFromAmong([.. Play.All.Select(play => play.Name)]);
        demo.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                await using var show = await Demonstration.StartAsync(Play.All.First(play => play.Name == parsed.GetValue(Scenario)), parsed.GetValue(Approve), parsed.GetValue(Speed), cancellationToken);
                var recovered = await show.RunAsync(cancellationToken);
                if (parsed.GetValue(Keep))
                {
                    await show.KeepAsync(cancellationToken);
                }

                return recovered ? ExitCodes.Ok : ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Failed;
            }
            catch (Exception e) when (e is StorageException or SettingsException or IOException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return demo;
    }
}
