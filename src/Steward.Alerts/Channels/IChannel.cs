using Steward.Governance.Calls;

namespace Steward.Alerts.Channels;

/// <summary>A way to reach people.</summary>
internal interface IChannel
{
    /// <summary>One of <see cref="ChannelNames"/>; also the vendor's name.</summary>
    string Name { get; }

    /// <summary>True when it is set up.</summary>
    bool IsConfigured { get; }

    /// <summary>Which settings set it up, for people.</summary>
    string Settings { get; }

    /// <summary>Why a repeat after a lost answer is harmless here; null when it is not.</summary>
    string? RepeatIsHarmless => null;

    /// <summary>The exact call that sends the alert.</summary>
    Call Call(ToldAlert told);

    /// <summary>Sends the alert and gives the receipt. It throws what connectors throw.</summary>
    Task<string> SendAsync(Permit permit, ToldAlert told, CancellationToken cancellationToken);

    /// <summary>Whether an alert that was sent at the given time at the earliest arrived; null when nobody can know.</summary>
    Task<bool?> WasDeliveredAsync(ToldAlert told, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);
}
