namespace Steward.Confine;

/// <summary>What to confine and how, as the command line says: <c>--name value ... -- program argument ...</c>.</summary>
internal sealed class Orders
{
    /// <summary>The process that a box is to die with.</summary>
    public int Parent { get; private set; }

    /// <summary>The user and group id that it becomes; null to keep those it has.</summary>
    public uint? User { get; private set; }

    /// <summary>The folder of the cgroup that it joins; null for none.</summary>
    public string? Group { get; private set; }

    /// <summary>Whether it may start processes.</summary>
    public bool MayFork { get; private set; }

    /// <summary>What it may read and run: files, and folders with all that is in them.</summary>
    public List<string> Readable { get; } = [];

    /// <summary>Limits of the kernel, by their number in <c>asm-generic/resource.h</c>.</summary>
    public List<(int Resource, long Value)> Limits { get; } = [];

    /// <summary>Its whole environment, <c>NAME=value</c>.</summary>
    public List<string> Environment { get; } = [];

    /// <summary>The program and its arguments.</summary>
    public string[] Command { get; private set; } = [];

    /// <summary>Reads the command line; null where it is not one.</summary>
    public static Orders? Read(string[] args)
    {
        var orders = new Orders();
        for (var at = 0; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--":
                    orders.Command = args[(at + 1)..];
                    return orders.Command.Length > 0 ? orders : null;
                case "--may-fork":
                    orders.MayFork = true;
                    break;
                case var name when at + 1 == args.Length || !orders.Take(name, args[++at]):
                    return null;
            }
        }

        return null;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--parent" when int.TryParse(value, out var parent):
                Parent = parent;
                return true;
            case "--user" when uint.TryParse(value, out var user):
                User = user;
                return true;
            case "--cgroup":
                Group = value;
                return true;
            case "--read":
                Readable.Add(value);
                return true;
            case "--limit" when value.Split('=') is [var resource, var most] && int.TryParse(resource, out var number) && long.TryParse(most, out var limit):
                Limits.Add((number, limit));
                return true;
            case "--env":
                Environment.Add(value);
                return true;
            default:
                return false;
        }
    }
}
