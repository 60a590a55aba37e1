namespace Steward.Connectors.Mail;

/// <summary>What a mail server says (RFC 5321, 4.2): a code, and a text of one or more lines.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>True for 200 to 399: go on.</summary>
    public bool IsGood => Code is >= 200 and < 400;

    /// <summary>True for 400 to 499: not now.</summary>
    public bool MayPass => Code is >= 400 and < 500;

    public string Text => string.Join(' ', Lines);

    /// <summary>The words behind a keyword of EHLO's answer; null when the keyword is not there.</summary>
    public string[]? Extension(string keyword) => Lines.Skip(1).Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(words => words.Length > 0 && words[0].Equals(keyword, StringComparison.OrdinalIgnoreCase))?[1..];
}
