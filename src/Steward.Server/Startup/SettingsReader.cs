using System.Text.Json;
using Steward.Connectors.Models;
using Steward.Kernel;
using Steward.Platform.Settings;
using Steward.Platform.Storage;

namespace Steward.Server.Startup;

/// <summary>Puts the settings together, later ones winning: ANTHROPIC_API_KEY and its likes, <c>steward.json</c>, DATABASE_URL, STEWARD_Section__Key, options of the command.</summary>
internal static class SettingsReader
{
    public const string DefaultFile = "steward.json";
    public const string Prefix = "STEWARD_";
    private const string ConnectionString = "Storage:ConnectionString";

    /// <summary>Variables that belong to the command line and to the first key, not to a section.</summary>
    private static readonly string[] Outside = ["Url", "Key", OwnerKeyName];
    private const string OwnerKeyName = "OwnerKey";

    /// <summary>The settings, checked.</summary>
    /// <exception cref="SettingsException">Something is wrong; the message names every key that is.</exception>
    public static IConfigurationRoot Read(StewardStart start, IReadOnlyCollection<SettingsSection> sections)
    {
        var configuration = Gather(start);
        List<string> faults = [.. UnknownSettings.Find(configuration, sections), .. sections.SelectMany(section => section.Faults(configuration))];
        if (faults.Count == 0 && configuration[ConnectionString] is { Length: > 0 } address)
        {
            faults.AddRange(Faults(address));
        }

        return faults.Count == 0 ? configuration : throw new SettingsException(
            $"The settings are wrong and the server did not start:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\n" +
            $"Settings come from {start.ConfigFile ?? DefaultFile} and from variables such as {Prefix}Section__Key.");
    }

    /// <summary>The preset first key, or null.</summary>
    /// <exception cref="SettingsException">It is too short to be safe.</exception>
    public static Secret? OwnerKey(StewardStart start) => Variables(start).FirstOrDefault(variable => IsNamed(variable.Key, OwnerKeyName)).Value switch
    {
        null or "" => null,
        { Length: < Entry.ApiKey.LeastPresetLength } => throw new SettingsException(
            $"{Prefix}{OwnerKeyName} is shorter than {Entry.ApiKey.LeastPresetLength} characters: it could be guessed. Make one with: openssl rand -base64 32"),
        var preset => new Secret(preset),
    };

    /// <summary>The settings that must never be seen: for the redactor.</summary>
    public static IEnumerable<string?> Secrets(IConfiguration configuration)
    {
        var address = configuration[ConnectionString];
        yield return address;
        if (!string.IsNullOrEmpty(address))
        {
            yield return PostgresAddress.PasswordOf(address);
        }
    }

    private static IConfigurationRoot Gather(StewardStart start)
    {
        var file = Path.GetFullPath(start.ConfigFile ?? DefaultFile);
        if (start.ConfigFile is not null && !File.Exists(file))
        {
            throw new SettingsException($"The settings file {file} (--config) is not there.");
        }

        var variables = Variables(start);
        var settings = new Dictionary<string, string?>();
        if (variables.FirstOrDefault(variable => variable.Key == "DATABASE_URL").Value is { Length: > 0 } address)
        {
            settings[ConnectionString] = address;
        }

        foreach (var (name, value) in variables)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !Outside.Any(outside => IsNamed(name, outside)))
            {
                settings[name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal)] = value;
            }
        }

        if (start.DataDirectory is not null)
        {
            settings["Storage:DataDirectory"] = start.DataDirectory;
        }

        if (start.Urls is not null)
        {
            settings["Server:Urls"] = start.Urls;
        }

        try
        {
            IConfigurationRoot Read(IReadOnlyDictionary<string, string?> defaults) =>
                new ConfigurationBuilder().AddInMemoryCollection(defaults).AddJsonFile(file, optional: true, reloadOnChange: false).AddInMemoryCollection(settings).Build();
            return Read(ModelEnvironment.Defaults(variables.ToDictionary(), Read(new Dictionary<string, string?>())));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or JsonException)
        {
            throw new SettingsException($"The settings file {file} cannot be read: {e.GetBaseException().Message}");
        }
    }

    private static IEnumerable<string> Faults(string address)
    {
        try
        {
            PostgresAddress.ToConnectionString(address);
            return [];
        }
        catch (StorageException e)
        {
            return [$"{ConnectionString}: {e.Message}"];
        }
    }

    private static bool IsNamed(string variable, string name) => variable.Equals(Prefix + name, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<KeyValuePair<string, string>> Variables(StewardStart start) => start.Environment ??
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
