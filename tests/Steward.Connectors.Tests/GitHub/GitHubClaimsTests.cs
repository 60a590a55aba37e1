using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Steward.Connectors.GitHub;
using Steward.Testing;

namespace Steward.Connectors.Tests.GitHub;

/// <summary>What the App signs, as a server of another make reads it.</summary>
public sealed class GitHubClaimsTests : StubTest, IDisposable
{
    private readonly FakeClock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_795_172_956));
    private readonly RSA key = RSA.Create(2048);

    protected override TimeProvider Clock => clock;

    public void Dispose() => key.Dispose();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings.Remove("GitHub:Token");
        settings["GitHub:AppId"] = "12345";
        settings["GitHub:InstallationId"] = "67";
        settings["GitHub:PrivateKey"] = key.ExportRSAPrivateKeyPem();
    }

    [Fact]
    public async Task They_are_signed_with_RS256_dated_a_minute_back_and_good_for_nine()
    {
        await AnswerAsync(404, """{"message":"Not Found"}""");
        await Get<GitHubAccess>().ExamineAsync(Ending);

        var sent = Stub.Requests.First();
        Assert.StartsWith("Bearer ", sent["Authorization"], StringComparison.Ordinal);
        Assert.Equal(("application/vnd.github+json", "2022-11-28"), (sent["Accept"], sent["X-GitHub-Api-Version"]));
        var parts = sent["Authorization"]["Bearer ".Length..].Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        Assert.Equal((1_795_172_956 - 60, 1_795_172_956 + 540, 12345), ((long)claims["iat"]!, (long)claims["exp"]!, (long)claims["iss"]!));
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
