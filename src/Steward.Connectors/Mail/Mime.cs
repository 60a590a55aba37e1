using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Connectors.Mail;

/// <summary>
/// Writes a letter as it travels (RFC 5322, 2045, 2047): ASCII alone, lines of at most 76 characters. Subject and text are
/// encoded, so nothing in them can begin a header or end the letter.
/// </summary>
internal static class Mime
{
    // RFC 2047: a line with an encoded word has at most 76 characters. "Subject: " and 12 of frame leave 55, that is 39 bytes
    // in whole groups of three.
    private const int WordBytes = 39;
    private const int LineBytes = 57;

    public static string Write(JsonObject letter)
    {
        var text = new StringBuilder();
        Header(text, "From", $"Steward <{letter["from"]}>");
        Header(text, "To", string.Join(",\r\n ", letter["to"]!.AsArray()));
        Header(text, "Subject", Words((string)letter["subject"]!));
        Header(text, "Date", UtcTime.Parse((string)letter["date"]!).ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) + " +0000");
        Header(text, "Message-ID", (string)letter["message_id"]!);
        if ((string?)letter["references"] is { } thread)
        {
            Header(text, "References", thread);
        }

        // RFC 3834: holidays' autoreplies leave it alone.
        Header(text, "Auto-Submitted", "auto-generated");
        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", "text/plain; charset=utf-8");
        Header(text, "Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var body = Encoding.UTF8.GetBytes(((string)letter["text"]!).ReplaceLineEndings("\r\n"));
        for (var at = 0; at < body.Length; at += LineBytes)
        {
            text.Append(Convert.ToBase64String(body.AsSpan(at, Math.Min(LineBytes, body.Length - at)))).Append("\r\n");
        }

        return text.ToString();
    }

    // Cut between characters: each encoded word must be readable by itself.
    private static string Words(string subject)
    {
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var letter in subject.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? new Rune(' ') : rune))
        {
            var bytes = new byte[letter.Utf8SequenceLength];
            letter.EncodeToUtf8(bytes);
            if (word.Count + bytes.Length > WordBytes)
            {
                words.Add(Encoded(word));
                word.Clear();
            }

            word.AddRange(bytes);
        }

        words.Add(Encoded(word));
        return string.Join("\r\n ", words);
    }

    private static string Encoded(List<byte> word) => $"=?utf-8?B?{Convert.ToBase64String([.. word])}?=";

    private static void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
}
