using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary>The command line: the families of commands, and what all commands share.</summary>
internal static class Commands
{
    // Longer than the server takes to stop, so that the last word is its own.
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    private static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON document, for scripts", Recursive = true };

    /// <summary>Runs the command that the arguments name and gives its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand($"Steward runs agents and infrastructure for you, and can explain, undo and stop everything it does.\n{ExitCodes.Help}")
        {
            UpCommand.Build(),
            DemoCommand.Build(),
            DoctorCommand.Build(),
            StatusCommand.Build(),
            AgentCommands.Build(),
            RunCommands.Build(),
            BuildCommands.Build(),
            ApprovalCommands.Build(),
            AlertCommands.Build(),
            AuditCommands.Build(),
            WorkCommands.Build(),
            KeyCommands.Build(),
            ElevationCommands.Build(),
            N8nCommands.Build(),
            ModelCommands.Build(),
        };
        foreach (var command in StopCommands.Build().Concat(OperationsCommands.Build()).Concat(CheckCommands.Build()))
        {
            root.Subcommands.Add(command);
        }

        root.Options.Add(AsJson);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("See: steward --help");
            return ExitCodes.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopWithin });
    }

    /// <summary>Gives a command something to do.</summary>
    public static Command Does(this Command command, Func<Talk, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = new Output(parsed.GetValue(AsJson));
            try
            {
                using var server = new ServerClient();
                return await action(new Talk(server, output, parsed, cancellationToken));
            }
            catch (CommandFailure failure)
            {
                output.Failure(failure);
                return failure.ExitCode;
            }
        });
        return command;
    }
}
