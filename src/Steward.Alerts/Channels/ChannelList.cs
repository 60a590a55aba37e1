using Steward.Kernel;

namespace Steward.Alerts.Channels;

/// <summary>The channels there are.</summary>
internal sealed class ChannelList(IEnumerable<IChannel> channels)
{
    private readonly List<IChannel> all = [.. channels.OrderBy(channel => ChannelNames.All.ToList().IndexOf(channel.Name))];

    /// <summary>The names of those that are set up, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Configured => [.. all.Where(channel => channel.IsConfigured).Select(channel => channel.Name)];

    /// <summary>Which settings set one up, for people.</summary>
    /// <param name="names">One of these; any where it is null.</param>
    public string HowToSetUp(IReadOnlyCollection<string>? names = null) => $"set {string.Join(", or ", all.Where(channel => names?.Contains(channel.Name) != false).Select(channel => channel.Settings))}.";

    /// <summary>All of them, for people.</summary>
    public Page<ChannelStatus> Show() => new([.. all.Select(channel => new ChannelStatus(channel.Name, channel.IsConfigured, channel.Settings))], null);

    /// <summary>A channel by its name; null when there is none.</summary>
    public IChannel? Named(string name) => all.Find(channel => channel.Name == name);
}

/// <summary>A channel as people see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsConfigured">True when it is set up.</param>
/// <param name="Settings">Which settings set it up.</param>
internal sealed record ChannelStatus(string Name, bool IsConfigured, string Settings);
