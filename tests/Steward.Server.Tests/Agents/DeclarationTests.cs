using Steward.Agents.Declarations;
using Steward.Kernel;

namespace Steward.Server.Tests.Agents;

/// <summary>How a declaration is read, whatever the agent is written in.</summary>
public sealed class DeclarationTests
{
    [Theory]
    [InlineData("00:15:00", 15)]
    [InlineData("1:00:00", 60)]
    [InlineData("24:00:00", 24 * 60)]
    [InlineData("48:00:00", 48 * 60)]
    [InlineData("8784:00:00", 8784 * 60)]
    [InlineData("1.00:00:00", 24 * 60)]
    [InlineData("2.12:30:00", (60 * 60) + 30)]
    public void A_time_span_says_hours_minutes_seconds_however_many_hours(string every, int minutes)
    {
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read($$"""{ "purpose": "x", "schedule": { "every": "{{every}}" } }""").Value!.Schedule!.Every);
        Assert.Equal(TimeSpan.FromDays(1), Read("""{ "purpose": "x", "limits": { "time": "24:00:00" } }""").Value!.Limits.Time);
    }

    [Theory]
    [InlineData("00:15")]
    [InlineData("24:60:00")]
    [InlineData("00:00:60")]
    [InlineData("1.24:00:00")]
    [InlineData("1:00:00:00")]
    [InlineData("-00:15:00")]
    [InlineData(" 00:15:00")]
    [InlineData("99999999999999999999:00:00")]
    [InlineData("900")]
    [InlineData("٠٠:١٥:٠٠")]
    public void What_is_no_time_span_is_refused_with_the_form_it_must_have(string every)
    {
        var refusal = Read($$"""{ "purpose": "x", "schedule": { "every": "{{every}}" } }""").Refusal!;

        Assert.Equal("declaration.schedule.every", refusal.Field);
        Assert.Contains("hh:mm:ss", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("declaration.limits.time", Read($$"""{ "purpose": "x", "limits": { "time": "{{every}}" } }""").Refusal!.Field);
    }

    [Theory]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("API.Example.org", "api.example.org")]
    [InlineData("דוגמה.example", "xn--6dbbec0c.example")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void A_host_is_known_by_the_name_under_which_it_is_asked(string declared, string asked)
    {
        var tools = Read($$"""{ "purpose": "x", "tools": { "http": { "hosts": ["{{declared}}"] }, "browser": { "hosts": ["{{declared}}"] } } }""").Value!.Tools;

        Assert.Equal([asked], tools.Hosts);
        Assert.Equal([asked], tools.BrowserHosts);
        Assert.Equal(asked, new Uri($"https://{declared}/").IdnHost);
    }

    [Theory]
    [InlineData("""{ "memoryMb": 64.5 }""", "declaration.limits.memoryMb")]
    [InlineData("""{ "retries": 2.7 }""", "declaration.limits.retries")]
    [InlineData("""{ "modelCallsPerDay": 1.5 }""", "declaration.limits.modelCallsPerDay")]
    public void What_is_counted_is_a_whole_number(string limits, string field)
    {
        Assert.Equal(field, Read($$"""{ "purpose": "x", "limits": {{limits}} }""").Refusal?.Field);
        Assert.Equal(128, Read("""{ "purpose": "x", "limits": { "memoryMb": 128.0 } }""").Value!.Limits.MemoryMb);
    }

    [Theory]
    [InlineData("telegramm")]
    [InlineData("Telegram")]
    [InlineData("")]
    public void A_channel_that_there_is_not_is_refused_with_those_that_there_are(string channel)
    {
        var refusal = Read($$"""{ "purpose": "x", "tools": { "notify": { "channels": ["n8n", "{{channel}}"] } } }""").Refusal!;

        Assert.Equal("declaration.tools.notify.channels", refusal.Field);
        Assert.Contains("telegram, n8n, mail, pagerduty", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mail_has_two_names() =>
        Assert.Equal(["mail", "n8n"], Read("""{ "purpose": "x", "tools": { "notify": { "channels": ["email", "n8n", "mail"] } } }""").Value!.Tools.Channels);

    [Theory]
    [InlineData("""{ "paths": ["../logs"] }""", "declaration.tools.files.paths")]
    [InlineData("""{ "paths": ["/logs"] }""", "declaration.tools.files.paths")]
    [InlineData("""{ "paths": ["logs/"] }""", "declaration.tools.files.paths")]
    [InlineData("""{ "paths": ["."] }""", "declaration.tools.files.paths")]
    [InlineData("""{ "paths": [] }""", "declaration.tools.files.paths")]
    [InlineData("""{ "folders": ["logs"] }""", "declaration.tools.files.folders")]
    public void A_path_that_does_not_lie_in_the_agents_folder_is_refused(string files, string field) =>
        Assert.Equal(field, Read($$"""{ "purpose": "x", "tools": { "files": {{files}} } }""").Refusal?.Field);

    [Fact]
    public void What_was_taken_before_is_read_as_it_was()
    {
        var kept = DeclarationReader.ReadKept("""{ "purpose": "x", "tools": { "notify": { "channels": ["telegramm"] } }, "limits": { "memoryMb": 64.5, "retries": 2.7 } }""");

        Assert.Equal(("telegramm", 64, 2), (kept.Tools.Channels.Single(), kept.Limits.MemoryMb, kept.Limits.Retries));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("text,number")]
    [InlineData(" text")]
    [InlineData("")]
    public void A_type_is_one_word(string type) =>
        Assert.Equal("declaration.settings.a.type", Read($$"""{ "purpose": "x", "settings": { "a": { "type": "{{type}}" } } }""").Refusal!.Field);

    [Theory]
    [InlineData("""{ "purpose": "\ud800" }""", "declaration.purpose")]
    [InlineData("""{ "purpose": "x", "schedule": { "cron": "\ud800" } }""", "declaration.schedule.cron")]
    [InlineData("""{ "purpose": "x", "settings": { "a": { "type": "text", "default": "\udc00" } } }""", "declaration.settings.a.default")]
    [InlineData("""{ "purpose": "x", "settings": { "a": { "type": "list", "default": ["b", "\udc00"] } } }""", "declaration.settings.a.default[1]")]
    [InlineData("""{ "purpose": "x", "tools": { "http": { "hosts": ["\ud800"] } } }""", "declaration.tools.http.hosts[0]")]
    [InlineData("""{ "purpose": "x", "\ud800": 1 }""", "declaration")]
    public void Half_a_character_is_no_text(string json, string field) => Assert.Equal(field, Read(json).Refusal?.Field);

    private static Outcome<Declaration> Read(string json) => DeclarationReader.Read(json);
}
