using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Steward.Simulation.Faults;

namespace Steward.Simulation.Mail;

/// <summary>One conversation of the mail server (RFC 5321, 3207, 4954). Operations for faults: Connect, Login, SendMail.</summary>
internal sealed class SmtpTalk(SimulatedMail mail, string user, string password, CallCounts calls, FaultPlan faults, MutationLog log, TimeProvider clock, CancellationToken worldEnds) : IDisposable
{
    private const int LongestLetter = 1024 * 1024;
    private Stream stream = Stream.Null;
    private StreamReader reader = StreamReader.Null;
    private bool encrypted;
    private bool loggedIn;
    private string? sender;
    private readonly List<string> recipients = [];

    public async Task RunAsync(TcpClient client, bool tls)
    {
        stream = client.GetStream();
        loggedIn = user.Length == 0;
        if (tls)
        {
            await EncryptAsync();
        }
        else
        {
            reader = new StreamReader(stream, Encoding.Latin1, false, -1, leaveOpen: true);
        }

        if (!await PassAsync("Connect", "220 simulated ESMTP", () => { }))
        {
            return;
        }

        while (await reader.ReadLineAsync(worldEnds) is { } line && await AnswerAsync(line))
        {
        }
    }

    public void Dispose() => reader.Dispose();

    private async Task<bool> AnswerAsync(string line)
    {
        switch (line.Split(' ')[0].ToUpperInvariant())
        {
            case "EHLO":
                await SayAsync(encrypted || !mail.Manners.OffersTls ? "250-simulated\r\n250-SIZE 1048576\r\n250 AUTH LOGIN PLAIN" : "250-simulated\r\n250-SIZE 1048576\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN");
                return true;
            case "STARTTLS" when !encrypted && mail.Manners.OffersTls:
                await SayAsync("220 Go ahead");
                await EncryptAsync();
                return true;
            case "AUTH":
                return await LogInAsync(line);
            case "MAIL" or "RCPT" or "DATA" when !loggedIn:
                await SayAsync("530 5.7.0 Authentication required");
                return true;
            case "MAIL":
                sender = Between(line);
                recipients.Clear();
                await SayAsync("250 2.1.0 Ok");
                return true;
            case "RCPT" when sender is not null:
                await RecipientAsync(Between(line));
                return true;
            case "DATA" when recipients.Count > 0:
                await SayAsync("354 End data with <CR><LF>.<CR><LF>");
                return await LetterAsync();
            case "QUIT":
                await SayAsync("221 2.0.0 Bye");
                return false;
            default:
                await SayAsync("503 5.5.1 Bad sequence of commands");
                return true;
        }
    }

    private async Task EncryptAsync()
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = SimulatedMail.Certificate }, worldEnds);
        (stream, reader, encrypted) = (secure, new StreamReader(secure, Encoding.Latin1, false, -1, leaveOpen: true), true);
    }

    private async Task<bool> LogInAsync(string line)
    {
        string name, secret;
        if (line.StartsWith("AUTH PLAIN ", StringComparison.OrdinalIgnoreCase))
        {
            var parts = Decode(line[11..]).Split('\0');
            (name, secret) = parts.Length == 3 ? (parts[1], parts[2]) : ("", "");
        }
        else
        {
            await SayAsync("334 VXNlcm5hbWU6");
            name = Decode(await reader.ReadLineAsync(worldEnds) ?? "");
            await SayAsync("334 UGFzc3dvcmQ6");
            secret = Decode(await reader.ReadLineAsync(worldEnds) ?? "");
        }

        loggedIn = name == user && secret == password;
        return await PassAsync("Login", loggedIn ? "235 2.7.0 Authentication successful" : "535 5.7.8 Authentication credentials invalid", () => { });
    }

    private async Task RecipientAsync(string address)
    {
        if (mail.Knows(address))
        {
            recipients.Add(address);
            await SayAsync("250 2.1.5 Ok");
        }
        else
        {
            await SayAsync($"550 5.1.1 <{address}>: Recipient address rejected: User unknown");
        }
    }

    private async Task<bool> LetterAsync()
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(worldEnds) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            if (text.Length > LongestLetter)
            {
                await SayAsync("552 5.3.4 Message too big");
                return false;
            }
        }

        var letter = new SimulatedLetter(sender!, [.. recipients], text.ToString(), encrypted);
        var refusal = mail.Manners.Refusal;
        return await PassAsync("SendMail", refusal ?? "250 2.0.0 Ok: queued as SIM0001", () =>
        {
            if (refusal is null)
            {
                mail.Take(letter);
                log.Record(Systems.Mail, "SendMail", string.Join(",", letter.To), letter.Subject);
            }
        });
    }

    /// <summary>Performs an operation and answers, bent by a fault as a request over HTTP would be. False when the conversation is over.</summary>
    private async Task<bool> PassAsync(string operation, string reply, Action perform)
    {
        calls.Count(Systems.Mail, operation);
        var fault = faults.Take(Systems.Mail, operation);
        if (faults.TakeGate(Systems.Mail, operation, afterEffect: false) is { } before && !await before.PassAsync(worldEnds))
        {
            return false;
        }

        switch (fault?.Kind)
        {
            case FaultKind.Status:
                await SayAsync(fault.Status == 429 ? "450 4.7.1 Too many, try again later" : "451 4.3.0 Try again later");
                return true;
            case FaultKind.Timeout:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, worldEnds);
                return false;
            case FaultKind.DropBeforeEffect:
                return false;
            case FaultKind.NotJson or FaultKind.ErrorsWith200:
                await SayAsync("<html><body><h1>We will be back soon</h1></body></html>");
                return false;
            case FaultKind.Slow:
                await Task.Delay(fault.Delay, clock, worldEnds);
                break;
            default:
                break;
        }

        perform();
        if (faults.TakeGate(Systems.Mail, operation, afterEffect: true) is { } after && !await after.PassAsync(worldEnds))
        {
            return false;
        }

        switch (fault?.Kind)
        {
            case FaultKind.DropAfterEffect:
                return false;
            case FaultKind.Truncated:
                await stream.WriteAsync("25"u8.ToArray(), worldEnds);
                return false;
            case FaultKind.Huge:
                await SayAsync($"250 {new string('x', 64 * 1024)}");
                return false;
            default:
                await SayAsync(reply);
                return true;
        }
    }

    private async Task SayAsync(string reply)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), worldEnds);
        await stream.FlushAsync(worldEnds);
    }

    private static string Between(string line) => line.IndexOf('<', StringComparison.Ordinal) is >= 0 and var begin && line.IndexOf('>', begin) is > 0 and var end ? line[(begin + 1)..end] : "";

    private static string Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }
}
