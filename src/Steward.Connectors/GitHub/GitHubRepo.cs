using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Steward.Connectors.GitHub;

/// <summary>A repository by its full name. GitHub minds no case in it, and neither does equality here.</summary>
[JsonConverter(typeof(TextConverter))]
public readonly partial record struct GitHubRepo
{
    private readonly string? text;

    private GitHubRepo(string text) => this.text = text;

    /// <summary>Who has it: <c>acme</c>.</summary>
    public string Owner => ToString().Split('/')[0];

    /// <summary>Its name there: <c>shop</c>.</summary>
    public string Name => ToString().Split('/')[^1];

    /// <summary>Reads <c>owner/name</c>. Such a text is safe within a path of the API.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out GitHubRepo repo)
    {
        var sound = text is not null && OwnerAndName().IsMatch(text) && !text.EndsWith("/.", StringComparison.Ordinal) && !text.EndsWith("/..", StringComparison.Ordinal);
        repo = sound ? new(text!) : default;
        return sound;
    }

    /// <summary>Reads <c>owner/name</c>.</summary>
    /// <exception cref="FormatException">The text is not such a name.</exception>
    public static GitHubRepo Parse(string text) => TryParse(text, out var repo)
        ? repo
        : throw new FormatException($"'{text}' is not the name of a repository; write owner/name, such as acme/shop.");

    /// <summary><c>owner/name</c>.</summary>
    public override string ToString() => text ?? throw new InvalidOperationException("This is no repository: it was never given a name.");

    /// <summary>Equal when the names are, whatever their case.</summary>
    public bool Equals(GitHubRepo other) => string.Equals(text, other.text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override int GetHashCode() => text is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(text);

    // GitHub's own limits: 39 characters for an account, 100 for a repository.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex OwnerAndName();

    private sealed class TextConverter : JsonConverter<GitHubRepo>
    {
        public override GitHubRepo Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var repo) ? repo : throw new JsonException("This is not the name of a repository.");

        public override void Write(Utf8JsonWriter writer, GitHubRepo value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
