using Microsoft.Extensions.Configuration;
using Steward.Connectors.Models;
using Steward.Platform.Settings;

namespace Steward.Connectors.Tests.Models;

/// <summary>What stands in the environment.</summary>
public sealed class ModelEnvironmentTests
{
    [Theory]
    [InlineData("ANTHROPIC_API_KEY=a", "", "Models:ApiKey=a Models:Model=claude-sonnet-5 Models:Provider=Anthropic")]
    [InlineData("ANTHROPIC_API_KEY=a ANTHROPIC_BASE_URL=http://localhost:1", "Models:Model=m", "Models:ApiKey=a Models:BaseUrl=http://localhost:1 Models:Provider=Anthropic")]
    [InlineData("OPENAI_API_KEY=o", "", "Models:ApiKey=o Models:Model=gpt-5-mini Models:Provider=OpenAI")]
    [InlineData("OPENAI_BASE_URL=http://localhost:11434/v1", "", "")]
    [InlineData("OPENAI_BASE_URL=http://localhost:11434/v1", "Models:Model=m", "Models:BaseUrl=http://localhost:11434/v1 Models:Provider=OpenAI")]
    [InlineData("ANTHROPIC_API_KEY=a OPENAI_API_KEY=o", "", "Models:ApiKey=a Models:Model=claude-sonnet-5 Models:Provider=Anthropic Models:Second:ApiKey=o Models:Second:Provider=OpenAI")]
    [InlineData("ANTHROPIC_API_KEY=a OPENAI_API_KEY=o", "Models:Provider=openai", "Models:ApiKey=o Models:Model=gpt-5-mini Models:Provider=OpenAI Models:Second:ApiKey=a Models:Second:Provider=Anthropic")]
    [InlineData("ANTHROPIC_API_KEY=a", "Models:ApiKey=b", "")]
    [InlineData("ANTHROPIC_API_KEY=a", "Models:BaseUrl=https://gateway.example", "")]
    [InlineData("OPENAI_API_KEY=o", "Models:ApiKey=a Models:Second:BaseUrl=http://localhost:1", "")]
    [InlineData("ANTHROPIC_API_KEY= PATH=/bin", "", "")]
    public void It_counts_where_the_settings_say_nothing_and_a_key_goes_to_nobody_else(string variables, string settings, string expected) =>
        Assert.Equal(expected, string.Join(' ', ModelEnvironment.Defaults(Pairs(variables), new ConfigurationBuilder().AddInMemoryCollection(Pairs(settings)!).Build())
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

    [Theory]
    [InlineData("ANTHROPIC_API_KEY=a", "")]
    [InlineData("ANTHROPIC_BASE_URL=http://localhost:1", "")]
    [InlineData("ANTHROPIC_API_KEY=a OPENAI_API_KEY=o", "")]
    [InlineData("OPENAI_BASE_URL=http://localhost:1/v1 ANTHROPIC_API_KEY=a", "Models:Fallbacks=second:qwen3:8b")]
    public void The_settings_that_come_of_it_are_sound(string variables, string settings)
    {
        var defaults = ModelEnvironment.Defaults(Pairs(variables), new ConfigurationBuilder().AddInMemoryCollection(Pairs(settings)!).Build());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddInMemoryCollection(Pairs(settings)!).Build();

        Assert.Empty(SettingsSection.Of<ModelOptions>(ModelOptions.Section).Faults(configuration));
    }

    private static Dictionary<string, string> Pairs(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
