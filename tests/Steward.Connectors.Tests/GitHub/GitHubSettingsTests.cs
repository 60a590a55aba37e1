using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Steward.Connectors.GitHub;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubSettingsTests : IDisposable
{
    private readonly RSA key = RSA.Create(2048);

    public void Dispose() => key.Dispose();

    [Fact]
    public void A_key_is_taken_as_PEM_as_one_line_and_as_base64()
    {
        var pem = key.ExportRSAPrivateKeyPem();
        string[] forms = [pem, pem + "\n", key.ExportPkcs8PrivateKeyPem(), pem.ReplaceLineEndings("\\n"), Convert.ToBase64String(Encoding.ASCII.GetBytes(pem))];

        Assert.All(forms, form => Assert.Empty(Faults(App(form))));
    }

    [Fact]
    public void What_is_no_private_key_is_refused_and_not_quoted()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create();
        string[] wrong =
        [
            "not a key", key.ExportRSAPublicKeyPem(), key.ExportRSAPrivateKeyPem()[..400], small.ExportRSAPrivateKeyPem(), curve.ExportPkcs8PrivateKeyPem(),
            Convert.ToBase64String(key.ExportRSAPrivateKey()),
        ];

        Assert.All(wrong, form =>
        {
            var fault = Assert.Single(Faults(App(form)));
            Assert.Contains("GitHub:PrivateKey", fault, StringComparison.Ordinal);
            Assert.DoesNotContain(form[..9], fault, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_App_and_a_token_exclude_each_other()
    {
        var both = App(key.ExportRSAPrivateKeyPem());
        both.Token = "token";

        Assert.Contains("both set", Assert.Single(Faults(both)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, true)]
    [InlineData(1, 0, true)]
    [InlineData(1, 2, false)]
    [InlineData(1, -2, true)]
    public void An_App_needs_all_three(long app, long installation, bool hasKey)
    {
        var options = new GitHubOptions { Repository = "acme/shop", AppId = app, InstallationId = installation, PrivateKey = hasKey ? key.ExportRSAPrivateKeyPem() : "" };

        Assert.Contains("all three", Assert.Single(Faults(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("acme/shop/x")]
    public void The_repository_is_needed_as_soon_as_GitHub_is_used(string repository)
    {
        Assert.Contains("GitHub:Repository", Assert.Single(Faults(new GitHubOptions { Token = "token", Repository = repository })), StringComparison.Ordinal);
        Assert.Empty(Faults(new GitHubOptions()));
    }

    private static GitHubOptions App(string form) => new() { Repository = "acme/shop", AppId = 1, InstallationId = 2, PrivateKey = form };

    private static List<string> Faults(GitHubOptions options) => [.. options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!)];
}
