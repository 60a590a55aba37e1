using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace Steward.Connectors.GitHub;

/// <summary>
/// How GitHub is reached: as a GitHub App (<see cref="AppId"/>, <see cref="InstallationId"/>, <see cref="PrivateKey"/>) or
/// with a <see cref="Token"/>. Section <c>GitHub</c>. Without either nothing is asked of it.
/// </summary>
public sealed class GitHubOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "GitHub";

    /// <summary>GitHub's public REST API, from its documentation.</summary>
    public const string DefaultBaseUrl = "https://api.github.com";

    // GitHub's keys have 2048 bits; fewer are not safe for RS256 (RFC 7518, 3.3).
    private const int LeastKeyBits = 2048;

    /// <summary>The root of the REST API; https, or http on this machine. GitHub Enterprise has one of its own.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>The repository that is meant where none is named, as <c>owner/name</c>. Needed as soon as GitHub is used.</summary>
    public string Repository { get; set; } = "";

    /// <summary>The App's id, from its settings page; 0 when there is no App.</summary>
    public long AppId { get; set; }

    /// <summary>The id of the App's installation for the account, from the end of the address of its page; 0 when there is no App.</summary>
    public long InstallationId { get; set; }

    /// <summary>The App's private key: PEM, or base64 of PEM. Empty when there is no App.</summary>
    public string PrivateKey { get; set => field = value.Trim(); } = "";

    /// <summary>A token in place of the App; its rights are those of the person who made it. Empty when there is none.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>
    /// The secret that GitHub signs its events with, 24 characters or more: a short one can be found by whoever has seen a
    /// signed body. Empty: events are not taken.
    /// </summary>
    [RegularExpression("^$|^.{24,200}$", ErrorMessage = "GitHub:WebhookSecret must have 24 to 200 characters.")]
    public string WebhookSecret { get; set => field = value.Trim(); } = "";

    /// <summary>How pull requests are merged.</summary>
    public GitHubMergeMethod MergeMethod { get; set; } = GitHubMergeMethod.Squash;

    /// <summary>True when GitHub is used.</summary>
    public bool IsConfigured => IsApp || Token.Length > 0;

    /// <summary>True when it is used as an App.</summary>
    public bool IsApp => PrivateKey.Length > 0;

    /// <summary>The repository that is meant where none is named; null when GitHub is not used.</summary>
    public GitHubRepo? DefaultRepo => GitHubRepo.TryParse(Repository, out var repo) ? repo : null;

    /// <summary>The address of a page of a repository, for people.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">Below it, such as <c>pull/12</c>.</param>
    public string Page(GitHubRepo repo, string path)
    {
        // GitHub Enterprise serves its API below its own address.
        const string enterprise = "/api/v3";
        var root = BaseUrl.TrimEnd('/');
        root = root == DefaultBaseUrl ? "https://github.com" : root.EndsWith(enterprise, StringComparison.Ordinal) ? root[..^enterprise.Length] : root;
        return $"{root}/{repo}/{path}";
    }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(BaseUrl))
        {
            yield return new($"GitHub:BaseUrl is '{BaseUrl}'; it must be an https address, or http on this machine.", [nameof(BaseUrl)]);
        }

        if ((IsConfigured || Repository.Length > 0) && DefaultRepo is null)
        {
            yield return new($"GitHub:Repository is '{Repository}'; as soon as GitHub is used it must be owner/name, such as acme/shop.", [nameof(Repository)]);
        }

        if (IsApp && Token.Length > 0)
        {
            yield return new("GitHub:PrivateKey and GitHub:Token are both set. Keep the App's key, or the token, not both.", [nameof(Token)]);
        }

        if ((IsApp || AppId != 0 || InstallationId != 0) && !(IsApp && AppId > 0 && InstallationId > 0))
        {
            yield return new("A GitHub App needs all three of GitHub:AppId, GitHub:InstallationId and GitHub:PrivateKey, the ids as positive numbers.", [nameof(AppId)]);
        }

        if (IsApp && KeyFault() is { } fault)
        {
            yield return new($"GitHub:PrivateKey {fault}. It must be the file that GitHub gave for the App (PEM, RSA), as it is or as base64 in one line.", [nameof(PrivateKey)]);
        }
    }

    /// <summary>The App's key. Whoever asks disposes it.</summary>
    /// <exception cref="CryptographicException">It cannot be read; the settings were not checked.</exception>
    internal RSA ReadKey()
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(Pem(PrivateKey));
            return key;
        }
        catch (ArgumentException e)
        {
            key.Dispose();
            throw new CryptographicException("It is not PEM.", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private string? KeyFault()
    {
        try
        {
            using var key = ReadKey();
            key.SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return key.KeySize < LeastKeyBits ? $"has {key.KeySize} bits, too few to be safe" : null;
        }
        catch (CryptographicException)
        {
            // Its message is left out: it could quote what it could not read.
            return "cannot be read as a private key";
        }
    }

    // What carries settings through the environment often writes line ends as \n.
    private static string Pem(string text)
    {
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return text.Replace("\\n", "\n", StringComparison.Ordinal);
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : text;
    }
}
