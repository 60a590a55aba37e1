namespace Steward.Connectors.Mail;

/// <summary>An e-mail to the addresses of the settings.</summary>
/// <param name="Key">What it is the one letter about; the Message-ID is made from it, so mail programs show a repeat once.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Date">What its date says.</param>
public sealed record Letter(string Key, string Subject, string Text, DateTimeOffset Date)
{
    /// <summary>What the letters of one conversation share; mail programs show them together.</summary>
    public string? Thread { get; init; }
}
