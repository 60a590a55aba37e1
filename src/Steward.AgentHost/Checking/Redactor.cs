// The shapes of secrets are those of the server's log: its file is compiled into this program as well, and this is what it is asked here.
namespace Steward.Platform.Telemetry;

/// <summary>How secrets look.</summary>
public sealed partial class Redactor
{
    /// <summary>Whether a name says that what it names is secret.</summary>
    internal static bool NamesSecret(string name) => SecretMember().IsMatch(name);

    /// <summary>What stands behind names of secrets in a text, such as a connection string or JSON.</summary>
    internal static IEnumerable<string> NamedIn(string text) => NamedSecret().Matches(text).Select(match => match.Value[match.Groups[1].Length..]);
}
