using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Connectors.Mail;

/// <summary>How a connection to the mail server is kept from being read.</summary>
public enum MailSecurity
{
    /// <summary>It begins in the clear and must turn to TLS before anything is said (RFC 3207). Usually port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314). Usually port 465.</summary>
    Tls,

    /// <summary>In the clear. A password is sent so to a server on this machine only. Usually port 25.</summary>
    None,
}

/// <summary>How e-mail is sent. Section <c>Mail</c>. Without a host none is.</summary>
public sealed partial class MailOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Mail";

    /// <summary>How many addresses alerts may go to.</summary>
    public const int MaxRecipients = 50;

    /// <summary>The mail server that takes our mail. Empty when e-mail is not used.</summary>
    public string Host { get; set => field = value.Trim(); } = "";

    /// <summary>Its port, 1 to 65535; 0: the usual one for <see cref="Security"/>.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>How the connection is kept from being read.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Whom to log in as; empty where the server asks nobody.</summary>
    public string User { get; set => field = value.Trim(); } = "";

    /// <summary>The password.</summary>
    public string Password { get; set => field = value.Trim('\r', '\n'); } = "";

    /// <summary>The address that mail comes from.</summary>
    public string From { get; set => field = value.Trim(); } = "";

    /// <summary>The addresses that alerts go to, separated by commas, at most 50.</summary>
    public string To { get; set; } = "";

    /// <summary>A PEM file with the certificates to trust in place of the system's, for a server with a certificate of your own; empty: the system's.</summary>
    public string CertificateFile { get; set; } = "";

    internal int ActualPort => Port != 0 ? Port : Security switch
    {
        MailSecurity.Tls => 465,
        MailSecurity.None => 25,
        _ => 587,
    };

    internal IReadOnlyList<string> Recipients => To.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What must never be seen: the password, also as it travels.</summary>
    internal IReadOnlyList<string> Secrets => Password.Length == 0 ? [] :
        [Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)), Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"))];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host.Length == 0)
        {
            yield break;
        }

        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return new($"Mail:Host is '{Host}'; it must be the name or the address of a mail server, without a port.", [nameof(Host)]);
        }

        if (!Address().IsMatch(From))
        {
            yield return new($"Mail:Host is set and Mail:From is '{From}'; it must be an address such as steward@example.com.", [nameof(From)]);
        }

        if (Recipients.Count is 0 or > MaxRecipients || Recipients.Any(recipient => !Address().IsMatch(recipient)))
        {
            yield return new($"Mail:Host is set and Mail:To is '{To}'; it must be 1 to {MaxRecipients} addresses such as you@example.com, separated by commas.", [nameof(To)]);
        }

        if (User.Length > 0 != Password.Length > 0)
        {
            yield return new("Mail:User and Mail:Password must be set both or neither.", [nameof(User)]);
        }

        if (User.Length > 0 && Security == MailSecurity.None && !IsHere(Host))
        {
            yield return new("Mail:Security is None, so the password would travel in the clear. Set it to StartTls or Tls.", [nameof(Security)]);
        }

        if (CertificateFile.Length > 0 && !File.Exists(CertificateFile))
        {
            yield return new($"Mail:CertificateFile: there is no file {CertificateFile}.", [nameof(CertificateFile)]);
        }
    }

    private static bool IsHere(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    // Narrower than RFC 5321 allows: nothing that could end a command or a header, and no quoted local parts. 64 and 255 are its limits.
    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
