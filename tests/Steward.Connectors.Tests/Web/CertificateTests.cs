using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Steward.Connectors.Web;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Tests.Web;

/// <summary>A server whose certificate does not hold is not asked, and it is said why.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);

    public CertificateTests() => server.Start();

    [Theory]
    [InlineData("shop.test", -400, -35, "The certificate of shop.test ended on 20")]
    [InlineData("shop.test", 1, 90, "The certificate of shop.test begins on 20")]
    [InlineData("other.test", -1, 90, "The certificate of shop.test is for another name.")]
    [InlineData("shop.test", -1, 90, "The certificate of shop.test is not trusted here (")]
    public async Task What_is_wrong_with_a_certificate_is_said(string name, int begins, int ends, string says)
    {
        using var certificate = Certificate(name, TimeProvider.System.GetUtcNow().AddDays(begins), TimeProvider.System.GetUtcNow().AddDays(ends));
        var serving = ServeAsync(certificate);

        var fault = await Assert.ThrowsAsync<WebFaultException>(() => AskAsync());

        Assert.Equal("certificate", fault.Code);
        Assert.StartsWith(says, fault.Message, StringComparison.Ordinal);
        Assert.False(await serving);
    }

    public void Dispose() => server.Dispose();

    private static X509Certificate2 Certificate(string name, DateTimeOffset begins, DateTimeOffset ends)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(begins, ends);
    }

    // Whether something was asked of it.
    private async Task<bool> ServeAsync(X509Certificate2 certificate)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            return await stream.ReadAsync(new byte[1]) > 0;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
    }

    private async Task<WebAnswer> AskAsync()
    {
        var redactor = new Redactor();
        var dialer = new Dialer(Options.Create(new WebOptions { PrivateHosts = "shop.test" }), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var client = new Steward.Connectors.Web.WebClient(dialer, new WebCalls(redactor), redactor, TimeProvider.System);
        return await client.GetAsync(new Uri($"https://shop.test:{((IPEndPoint)server.LocalEndpoint).Port}/"), _ => true, null, CancellationToken.None);
    }
}
