using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Events;

/// <summary>
/// Reads single members out of a provider's JSON, each in the one form that it may have; what has another is left out.
/// Nothing is trusted to be there, to be of its type, or to be short.
/// </summary>
internal readonly partial struct EventFields(JsonElement root, Redactor redactor)
{
    private const int MaxName = 200;

    /// <summary>A word of the provider's own vocabulary, such as <c>completed</c> or <c>Deployment.crashed</c>.</summary>
    public string? Word(params ReadOnlySpan<string> path) => Matching(WordForm(), path);

    /// <summary>A repository, as <c>owner/name</c>.</summary>
    public string? Repository(params ReadOnlySpan<string> path) => Matching(RepositoryForm(), path);

    /// <summary>A login, with the <c>[bot]</c> that GitHub gives to those of Apps.</summary>
    public string? Login(params ReadOnlySpan<string> path) => Matching(LoginForm(), path);

    /// <summary>A commit: 40 hexadecimal digits, or 64.</summary>
    public string? Sha(params ReadOnlySpan<string> path) => Matching(ShaForm(), path);

    /// <summary>An id that is letters, digits and hyphens, or a number.</summary>
    public string? Id(params ReadOnlySpan<string> path) => Find(path) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value.ToString(CultureInfo.InvariantCulture),
        _ => Matching(IdForm(), path),
    };

    /// <summary>A whole number above zero.</summary>
    public long? Number(params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value > 0 ? value : null;

    /// <summary>An issue's or pull request's number.</summary>
    public int? Small(params ReadOnlySpan<string> path) => Number(path) is { } number and <= int.MaxValue ? (int)number : null;

    /// <summary>A point in time.</summary>
    public DateTimeOffset? Time(params ReadOnlySpan<string> path) =>
        Text(path) is { Length: <= 40 } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    /// <summary>A name that people gave, redacted and cut.</summary>
    public string? Name(params ReadOnlySpan<string> path) => Name(MaxName, path);

    /// <summary>Text that people wrote, redacted and cut.</summary>
    public string? Name(int longest, params ReadOnlySpan<string> path)
    {
        if (Text(path) is not { Length: > 0 } text)
        {
            return null;
        }

        // A secret that the cut would halve is masked while it is still whole; nobody needs more of the text than this.
        var clean = redactor.Redact(text.Cut(longest * 4));
        return clean.Length <= longest ? clean : redactor.Redact(clean.Cut(longest));
    }

    /// <summary>True when the member is there and is not null.</summary>
    public bool Has(params ReadOnlySpan<string> path) => Find(path) is { ValueKind: not JsonValueKind.Null };

    private string? Matching(Regex form, ReadOnlySpan<string> path) => Text(path) is { Length: <= MaxName } text && form.IsMatch(text) ? text : null;

    private string? Text(ReadOnlySpan<string> path)
    {
        if (Find(path) is not { ValueKind: JsonValueKind.String } value)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape: JSON by its grammar, and no text.
            return null;
        }
    }

    private JsonElement? Find(ReadOnlySpan<string> path)
    {
        var at = root;
        foreach (var name in path)
        {
            if (at.ValueKind == JsonValueKind.Array && name == "0")
            {
                if (at.GetArrayLength() == 0)
                {
                    return null;
                }

                at = at[0];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]{0,60}\z")]
    private static partial Regex WordForm();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex RepositoryForm();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,39}(?:\[bot\])?\z")]
    private static partial Regex LoginForm();

    [GeneratedRegex(@"^(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex ShaForm();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex IdForm();
}
