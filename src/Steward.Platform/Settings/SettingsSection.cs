using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Settings;

/// <summary>One section of the settings and the options that it is read into. Rooms list theirs; a key that no room lists is refused at start.</summary>
public sealed class SettingsSection
{
    private readonly Action<IServiceCollection> add;

    // Where the binder looks for it.
    static SettingsSection() => TypeDescriptor.AddAttributes(typeof(TimeSpan), new TypeConverterAttribute(typeof(DurationConverter)));

    private SettingsSection(string name, Type options, Action<IServiceCollection> add) => (Name, Options, this.add) = (name, options, add);

    /// <summary>The section's name: <c>Storage</c>.</summary>
    public string Name { get; }

    /// <summary>The options that it is read into.</summary>
    public Type Options { get; }

    /// <summary>A section that is read into <typeparamref name="TOptions"/>, whose attributes say what is in range.</summary>
    public static SettingsSection Of<TOptions>(string name)
        where TOptions : class =>
        new(name, typeof(TOptions), services => services.AddOptions<TOptions>().BindConfiguration(name).ValidateDataAnnotations().ValidateOnStart());

    /// <summary>What is wrong with the section, a line for each key.</summary>
    public IEnumerable<string> Faults(IConfiguration configuration)
    {
        object options;
        string? unreadable = null;
        try
        {
            options = configuration.GetSection(Name).Get(Options) ?? Activator.CreateInstance(Options)!;
        }
        catch (InvalidOperationException e)
        {
            // The binder's message names the key and the value that cannot be converted.
            (unreadable, options) = (e.Message, this);
        }

        if (unreadable is not null)
        {
            return [unreadable];
        }

        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true);
        return wrong.Select(result => string.Join(", ", result.MemberNames.Select(member => $"{Name}:{member}")) + $": {result.ErrorMessage}");
    }

    internal void AddTo(IServiceCollection services) => add(services);
}

/// <summary>Binds the options of a room.</summary>
public static class SettingsSectionRegistration
{
    /// <summary>Binds each section to its options.</summary>
    [SuppressMessage("Design", "CA1062", Justification = "The callers are in this repository.")]
    public static IServiceCollection AddSettings(this IServiceCollection services, IEnumerable<SettingsSection> sections)
    {
        foreach (var section in sections)
        {
            section.AddTo(services);
        }

        return services;
    }
}
