using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Steward.Simulation.Mail;

/// <summary>A mail server: what it took, and how it behaves.</summary>
public sealed class SimulatedMail
{
    private const int MaxLetters = 10_000;

    // Made once for the process: every world's server has the same name.
    private static readonly Lazy<X509Certificate2> Own = new(MakeCertificate);
    private readonly Lock sync = new();
    private readonly List<SimulatedLetter> letters = [];
    private readonly HashSet<string> unknown = new(StringComparer.OrdinalIgnoreCase);
    private (bool OffersTls, string? Refusal) manners = (true, null);

    internal SimulatedMail()
    {
    }

    /// <summary>The name that its certificate proves.</summary>
    public static string Host => "localhost";

    /// <summary>The certificate that proves its name, as PEM; nobody else signed it.</summary>
    public static string CertificatePem => Own.Value.ExportCertificatePem();

    /// <summary>Where it listens in the clear and turns to TLS when asked.</summary>
    public int Port { get; internal set; }

    /// <summary>Where it listens with TLS from the first byte.</summary>
    public int TlsPort { get; internal set; }

    /// <summary>The letters that it took, oldest first; the newest 10 000. A copy.</summary>
    public IReadOnlyList<SimulatedLetter> Letters
    {
        get
        {
            lock (sync)
            {
                return [.. letters];
            }
        }
    }

    internal static X509Certificate2 Certificate => Own.Value;

    internal (bool OffersTls, string? Refusal) Manners
    {
        get
        {
            lock (sync)
            {
                return manners;
            }
        }
    }

    /// <summary>From now on there is no STARTTLS.</summary>
    public void OfferNoTls()
    {
        lock (sync)
        {
            manners.OffersTls = false;
        }
    }

    /// <summary>From now on every letter is refused with this reply, such as "554 5.7.1 Looks like spam"; null ends it.</summary>
    public void Refuse(string? reply)
    {
        lock (sync)
        {
            manners.Refusal = reply;
        }
    }

    /// <summary>From now on there is nobody at this address.</summary>
    public void Forget(string address)
    {
        lock (sync)
        {
            unknown.Add(address);
        }
    }

    internal bool Knows(string address)
    {
        lock (sync)
        {
            return !unknown.Contains(address);
        }
    }

    internal void Take(SimulatedLetter letter)
    {
        lock (sync)
        {
            if (letters.Count == MaxLetters)
            {
                letters.RemoveAt(0);
            }

            letters.Add(letter);
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        // TLS wants a key that is kept with the certificate.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
