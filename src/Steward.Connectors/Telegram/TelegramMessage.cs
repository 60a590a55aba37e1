namespace Steward.Connectors.Telegram;

/// <summary>
/// What a message says. Everything in it but the heading may come from outside: it is shown as text, whatever it holds,
/// and what would not fit is cut.
/// </summary>
/// <param name="Heading">What kind of message it is, in our own words: the first line, bold.</param>
/// <param name="Title">One line.</param>
public sealed record TelegramMessage(string Heading, string Title)
{
    /// <summary>Names, in our own words, and values, one line each; those without a value are left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Facts { get; init; } = [];

    /// <summary>Longer text, set apart as a quotation.</summary>
    public string Quote { get; init; } = "";

    /// <summary>What stands after the quotation, in our own words.</summary>
    public string Footer { get; init; } = "";
}

/// <summary>A button under a message.</summary>
/// <param name="Text">What stands on it.</param>
/// <param name="Data">What Telegram gives back when somebody presses it: 1 to 64 bytes.</param>
public sealed record TelegramButton(string Text, string Data);
