using Steward.Platform.Http;

namespace Steward.Connectors.Models;

/// <summary>A question on its way: who hears the words, and what the attempts came to together.</summary>
internal sealed class Asking
{
    private readonly Action<string>? onText;
    private double? dollars;
    private long cached;

    public Asking(ModelQuestion question, Action<string>? onText)
    {
        (Question, this.onText) = (question, onText);
        Listener = onText is null ? null : Hear;
    }

    public ModelQuestion Question { get; }

    /// <summary>To whom words are given; null when nobody listens.</summary>
    public Action<string>? Listener { get; }

    /// <summary>True once somebody has heard words.</summary>
    public bool WasHeard { get; private set; }

    /// <summary>True when an attempt may have been paid for without an answer.</summary>
    public bool WasLost { get; private set; }

    public long TokensIn { get; private set; }

    public long TokensOut { get; private set; }

    public void Failed(ConnectorException failure) => WasLost |= failure.Effect != CallEffect.None;

    public void Paid(ModelReading reading, double? cost)
    {
        TokensIn += reading.Usage?.In ?? 0;
        TokensOut += reading.Usage?.Out ?? 0;
        cached += reading.Usage?.Cached ?? 0;
        dollars = cost is null ? dollars : (dollars ?? 0) + cost;
    }

    public ModelAnswer Answer(JudgedAnswer judged) => new(judged.Reading.Model, judged.Text, judged.Reading.IsWhole, Number(TokensIn), Number(TokensOut))
    {
        Dollars = dollars,
        CachedTokensIn = Number(cached),
        StopReason = judged.Reading.StopReason,
        IsReplayed = judged.Reading.IsReplayed,
    };

    private static int Number(long count) => (int)Math.Min(count, int.MaxValue);

    private void Hear(string text)
    {
        WasHeard = true;
        onText!(text);
    }
}
