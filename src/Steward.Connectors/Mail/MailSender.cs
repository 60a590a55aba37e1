using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Mail;

/// <summary>
/// Hands letters to a mail server (SMTP, RFC 5321). Until the letter itself is sent nothing can have happened; when no answer
/// comes after it, nobody can know. Methods throw <see cref="ConnectorException"/> when the server fails or is not set up.
/// </summary>
public sealed partial class MailSender(
    [FromKeyedServices(MailSender.Vendor)] ProviderPipeline pipeline, IOptions<MailOptions> options, MailCalls calls, Redactor redactor)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "mail";

    private const string Operation = "SendMail";
    private const int QuoteLength = 300;
    private readonly MailOptions settings = options.Value;
    private readonly Lazy<X509Certificate2Collection> trusted = new(() =>
    {
        var certificates = new X509Certificate2Collection();
        if (options.Value.CertificateFile.Length > 0)
        {
            certificates.ImportFromPemFile(options.Value.CertificateFile);
        }

        return certificates;
    });

    /// <summary>True when there is a host.</summary>
    public bool IsConfigured => settings.Host.Length > 0;

    /// <summary>Sends a letter and gives the server's last word.</summary>
    /// <param name="permit">For <see cref="MailCalls.Send"/>.</param>
    /// <param name="letter">What to write.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<string> SendAsync(Permit permit, Letter letter, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, Operation, "it is not set up: Mail:Host is missing.") { Effect = CallEffect.None };
        }

        var call = calls.Send(letter);
        var text = Mime.Write(call.Arguments);
        return await permit.RunAsync(call, sending => pipeline.RunAsync(Operation, attempt => SendOnceAsync(text, attempt, sending), sending), receipt => receipt, cancellationToken);
    }

    private async Task<string> SendOnceAsync(string letter, CancellationToken attempt, CancellationToken caller)
    {
        var sent = false;
        try
        {
            await using var server = await SmtpConnection.OpenAsync(settings.Host, settings.ActualPort, attempt);
            await GreetAsync(server, attempt);
            var refused = await EnvelopeAsync(server, attempt);
            Demand(await server.SayAsync("DATA", attempt), "it does not take the letter");
            sent = true;
            var reply = await server.SendAsync(letter, attempt);
            Demand(reply, "it refused the letter");
            await server.LeaveAsync(attempt);
            return refused.Count == 0 ? $"{reply.Code} {Quote(reply.Text)}" : $"{reply.Code} {Quote(reply.Text)} Not for {string.Join(", ", refused)}.";
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            throw Broken(sent ? "no answer to the letter in time." : "no answer in time.", sent, e);
        }
        catch (SocketException e)
        {
            throw Broken($"{settings.Host}:{settings.ActualPort} cannot be reached ({e.SocketErrorCode}). Check Mail:Host and Mail:Port.", sent, e);
        }
        catch (AuthenticationException e)
        {
            // Its own words name the certificate's fault; trying again mends none.
            throw new ConnectorException(Vendor, Operation, $"{settings.Host} did not prove that it is {settings.Host}: {Quote(e.Message)} " +
                "Check Mail:Host and Mail:Security; for a certificate of your own set Mail:CertificateFile.", e) { Effect = CallEffect.None };
        }
        catch (IOException e)
        {
            throw Broken($"the connection broke: {Quote(e.Message)} Check that Mail:Security fits Mail:Port.", sent, e);
        }
    }

    private async Task GreetAsync(SmtpConnection server, CancellationToken cancellationToken)
    {
        if (settings.Security == MailSecurity.Tls)
        {
            await server.EncryptAsync(settings.Host, trusted.Value, cancellationToken);
        }

        Demand(await server.ReadAsync(cancellationToken), "it does not want to talk");
        var able = Demand(await server.SayAsync($"EHLO {server.Name}", cancellationToken), "it does not want to talk");
        if (settings.Security == MailSecurity.StartTls)
        {
            if (able.Extension("STARTTLS") is null)
            {
                throw Lasting("it offers no encryption (STARTTLS), so nothing is said. Check Mail:Port, or set Mail:Security.");
            }

            Demand(await server.SayAsync("STARTTLS", cancellationToken), "it refused to encrypt");
            await server.EncryptAsync(settings.Host, trusted.Value, cancellationToken);
            able = Demand(await server.SayAsync($"EHLO {server.Name}", cancellationToken), "it does not want to talk");
        }

        if (settings.User.Length > 0)
        {
            await LogInAsync(server, able.Extension("AUTH") ?? [], cancellationToken);
        }
    }

    private async Task LogInAsync(SmtpConnection server, string[] ways, CancellationToken cancellationToken)
    {
        SmtpReply reply;
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            reply = await server.SayAsync($"AUTH PLAIN {Base64($"\0{settings.User}\0{settings.Password}")}", cancellationToken);
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            Demand(await server.SayAsync("AUTH LOGIN", cancellationToken), "it refused to log in");
            Demand(await server.SayAsync(Base64(settings.User), cancellationToken), "it refused to log in");
            reply = await server.SayAsync(Base64(settings.Password), cancellationToken);
        }
        else
        {
            throw Lasting($"it takes no password in a way that Steward knows (PLAIN or LOGIN; it offers {(ways.Length == 0 ? "none" : string.Join(", ", ways.Select(Quote)))}).");
        }

        Demand(reply, reply.MayPass ? "it could not check the password" : "it does not accept Mail:User and Mail:Password");
    }

    // Gives the recipients that were refused, as long as one was not.
    private async Task<IReadOnlyList<string>> EnvelopeAsync(SmtpConnection server, CancellationToken cancellationToken)
    {
        Demand(await server.SayAsync($"MAIL FROM:<{settings.From}>", cancellationToken), $"it does not take mail from {settings.From} (Mail:From)");
        var refused = new List<string>();
        SmtpReply? last = null;
        foreach (var recipient in settings.Recipients)
        {
            var reply = await server.SayAsync($"RCPT TO:<{recipient}>", cancellationToken);
            if (!reply.IsGood)
            {
                refused.Add(recipient);
                last = reply;
            }
        }

        return refused.Count < settings.Recipients.Count ? refused : throw Refusal(last!, $"it takes no mail for {string.Join(", ", refused)} (Mail:To)");
    }

    private SmtpReply Demand(SmtpReply reply, string meaning) => reply.IsGood ? reply : throw Refusal(reply, meaning);

    // A clear no, also to the letter itself: nothing happened.
    private ConnectorException Refusal(SmtpReply reply, string meaning) =>
        new(Vendor, Operation, $"{meaning} ({reply.Code}). {Quote(reply.Text)}".TrimEnd()) { IsTransient = reply.MayPass, Effect = CallEffect.None };

    private static ConnectorException Lasting(string message) => new(Vendor, Operation, message) { Effect = CallEffect.None };

    private static ConnectorException Broken(string message, bool sent, Exception cause) =>
        new(Vendor, Operation, message, cause) { IsTransient = true, Effect = sent ? CallEffect.Unknown : CallEffect.None };

    private string Quote(string text)
    {
        var clean = Blank().Replace(redactor.Redact(text), " ").Trim();
        return clean.Length <= QuoteLength ? clean : clean[..QuoteLength] + "...";
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Blank();
}
