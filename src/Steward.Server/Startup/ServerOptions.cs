using System.ComponentModel.DataAnnotations;

namespace Steward.Server.Startup;

/// <summary>How the server is reached and how much it says. Section <c>Server</c>.</summary>
public sealed class ServerOptions : IValidatableObject
{
    /// <summary>The addresses when nobody says: this machine only.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>The addresses to listen on, separated by <c>;</c>. Plain HTTP: put a reverse proxy that speaks TLS before anything but this machine.</summary>
    [Required]
    public string Urls { get; set; } = DefaultUrls;

    /// <summary>The least level that is logged for Steward's own parts; the framework's start at Warning.</summary>
    [EnumDataType(typeof(LogLevel))]
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var url in (Urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // '*' and '+' stand for every address of the machine, as web servers write it.
            var plain = url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.PathAndQuery != "/")
            {
                yield return new($"'{url}' is not an address to listen on, such as {DefaultUrls}. Only http is served; TLS is a reverse proxy's work.", [nameof(Urls)]);
            }
        }
    }
}
