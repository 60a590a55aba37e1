using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Alerts.Channels;
using Steward.Alerts.Deliveries;
using Steward.Alerts.Maintenance;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Alerts;

/// <summary>
/// Where alerts are put. Whether one is sent, and to whom, is decided at that moment and written down; a ledger item for each
/// channel carries it there.
/// </summary>
public sealed partial class Outbox
{
    private const int LongestName = 500;
    private const int LongestTitle = 300;
    private const int LongestText = 8000;
    private const string Shortened = " (cut)";

    private readonly WorkLedger ledger;
    private readonly Redactor redactor;
    private readonly ChannelList channels;
    private readonly AlertsOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<Outbox> log;

    internal Outbox(WorkLedger ledger, Redactor redactor, ChannelList channels, IOptions<AlertsOptions> options, TimeProvider clock, ILogger<Outbox> log) =>
        (this.ledger, this.redactor, this.channels, this.options, this.clock, this.log) = (ledger, redactor, channels, options.Value, clock, log);

    /// <summary>The names of the channels that are set up, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Channels => channels.Configured;

    /// <summary>The names of all channels that there are, set up or not.</summary>
    public static IReadOnlyList<string> AllChannels => ChannelNames.All;

    /// <summary>Which settings set one of some channels up, for people.</summary>
    /// <param name="names">The names of the channels.</param>
    public string HowToSetUp(IReadOnlyCollection<string> names) => channels.HowToSetUp(names);

    /// <summary>Tells people, in a transaction of the caller: the alert exists if and only if the caller's own rows do. Asking twice with one key is harmless.</summary>
    /// <param name="session">The caller's transaction.</param>
    /// <param name="alert">What to say.</param>
    /// <exception cref="ArgumentException">The key or the fingerprint is empty or has more than 500 characters.</exception>
    public async Task TellAsync(Session session, Alert alert)
    {
        if (alert.Key.Length is 0 or > LongestName || alert.Fingerprint.Length is 0 or > LongestName)
        {
            throw new ArgumentException($"An alert's key and fingerprint have 1 to {LongestName} characters.", nameof(alert));
        }

        alert = Clean(alert);
        if (await AlertStore.KnowsAsync(session, alert.Key))
        {
            return;
        }

        // Two alerts of one fingerprint at the same moment would each find that nothing was told yet.
        await session.OneAtATimeAsync(Lock(alert.Fingerprint));
        var now = clock.Now();
        var earlier = await AlertStore.OpenAsync(session, alert.Fingerprint);
        var silence = Silence.Because(alert, earlier, await MaintenanceStore.OpenAsync(session, now), options.Of(alert.Severity).CoolDown, now);
        var to = silence is not null ? []
            : alert.IsResolved ? await AlertStore.HearersAsync(session, alert.Fingerprint)
            : alert.Channels is { } named ? [.. named.Intersect(channels.Configured)]
            : Route.Of(options, alert.Severity, channels.Configured).AtOnce;
        var told = new ToldAlert(Ids.New(clock), alert with { Timestamp = alert.Timestamp ?? now }, silence is not null ? AlertState.Suppressed : to.Count == 0 ? AlertState.Undelivered : AlertState.Pending,
            silence ?? (to.Count == 0 ? Nobody(alert) : null), now);
        if (!await AlertStore.AddAsync(session, told))
        {
            return;
        }

        if (alert.IsResolved)
        {
            await AlertStore.CloseAsync(session, alert.Fingerprint);
        }

        AlertsMeter.Told(told);
        if (told.State == AlertState.Undelivered)
        {
            LogNobody(log, alert.Title, told.Because!);
        }

        foreach (var channel in to)
        {
            await SendAsync(session, told, channel, insteadOf: null);
        }
    }

    /// <summary>Puts an alert on its way to one channel.</summary>
    internal async Task SendAsync(Session session, ToldAlert told, string channel, string? insteadOf)
    {
        var work = await ledger.EnqueueAsync(session, DeliverAlert.Work(told, channel));
        await DeliveryStore.AddAsync(session, told.Id, new Delivery(channel, DeliveryState.Pending, insteadOf, 0, null, null, clock.Now(), null), work);
    }

    private string Nobody(Alert alert) => alert.IsResolved ? "Every channel failed that was to hear of the trouble."
        : alert.Channels is { } named ? $"None of the channels that it is for is set up ({string.Join(", ", named)}): {channels.HowToSetUp(named.ToList())}"
        : channels.Configured.Count == 0 ? $"No channel is set up: {channels.HowToSetUp()}"
        : $"No channel gets alerts of the severity '{Row.EnumText(alert.Severity)}': see Alerts:{alert.Severity}:Channels.";

    private Alert Clean(Alert alert) => alert with
    {
        Key = redactor.Redact(alert.Key),
        Fingerprint = redactor.Redact(alert.Fingerprint),
        Title = redactor.Redact(alert.Title).Cut(LongestTitle, Shortened),
        Text = redactor.Redact(alert.Text).Cut(LongestText, Shortened),
        Service = Clean(alert.Service),
        Status = Clean(alert.Status),
        Environment = Clean(alert.Environment),
        CommitSha = Clean(alert.CommitSha),
        DeploymentId = Clean(alert.DeploymentId),
        RollbackDeploymentId = Clean(alert.RollbackDeploymentId),
        Link = Clean(alert.Link),
        CorrelationId = Clean(alert.CorrelationId),
        Timestamp = alert.Timestamp is { } at ? UtcTime.Truncate(at) : null,
    };

    private string? Clean(string? text) => text is null ? null : redactor.Redact(text).Cut(LongestName, Shortened);

    private static long Lock(string fingerprint) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"alert/{fingerprint}")));

    [LoggerMessage(LogLevel.Critical, "An alert reaches nobody: {Title}. {Because}")]
    private static partial void LogNobody(ILogger log, string title, string because);
}
