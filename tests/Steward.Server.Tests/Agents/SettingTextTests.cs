using System.Text;
using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>Settings as people write them: texts that are read by what the agent declares.</summary>
public sealed class SettingTextTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Declared =
        """, "settings": { "word": { "type": "text", "about": "A word", "default": "none" }, "names": { "type": "list", "about": "Names", "default": [] }, "many": { "type": "number", "about": "How many", "default": 1 }, "on": { "type": "flag", "about": "Whether", "default": false } }""";

    private const string Says =
        """return AgentResult.Success(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{context.Settings.Text("word")} {string.Join('+', context.Settings.List("names"))} {context.Settings.Number("many")} {context.Settings.Flag("on")}"));""";

    [Theory]
    [InlineData("200")]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("[x]")]
    [InlineData("")]
    public async Task A_text_is_a_text_whatever_it_looks_like(string word)
    {
        var name = await MakeAsync(new JsonObject { ["word"] = word });

        Assert.Equal($"{word}  1 False", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("l2,l6", "l2+l6")]
    [InlineData("l2, l6,", "l2+l6")]
    [InlineData("l2", "l2")]
    [InlineData("", "")]
    [InlineData("""["a,b","c"]""", "a,b+c")]
    public async Task A_list_is_written_with_commas_or_as_JSON(string names, string read)
    {
        var name = await MakeAsync(new JsonObject { ["names"] = names, ["many"] = "-2.5", ["on"] = "true" });

        Assert.Equal($"none {read} -2.5 True", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("many", "\"many\"", "a number; it is 'many'")]
    [InlineData("many", "\"1,000\"", "a number; it is '1,000'")]
    [InlineData("many", "\"\"", "a number")]
    [InlineData("many", "null", "it is null")]
    [InlineData("on", "\"yes\"", "true or false; it is 'yes'")]
    [InlineData("names", "\"[1]\"", "a list")]
    [InlineData("nowhere", "\"5\"", "no setting 'nowhere'")]
    public async Task A_text_that_is_not_of_the_type_is_refused(string setting, string text, string says)
    {
        var answer = await at.Server.PostAsync("/api/agents", Wish(new JsonObject { [setting] = JsonNode.Parse(text) }));

        answer.IsProblem(400, "invalid", $"settings.{setting}");
        Assert.Contains(says, (string)answer.Json["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_values_stay_typed()
    {
        var wish = Wish([]);
        wish["settings"] = new JsonObject { ["many"] = "5" };

        (await at.Server.PostAsync("/api/agents", wish)).IsProblem(400, "invalid", "settings.many");
    }

    [Fact]
    public async Task At_the_command_line_the_declaration_says_what_a_value_is()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "typed.cs");
        await File.WriteAllTextAsync(file, AgentServer.Source(Says, Declared), AgentServer.Ending);

        var made = await Cli.RunAsync(at.Server, "agents", "create", "--file", file, "--set", "word=200", "--set", "names=l2,l6", "--set", "on=true");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("200 l2+l6 1 True", (await Cli.RunAsync(at.Server, "agents", "run", "typed")).Output, StringComparison.Ordinal);

        var changed = await Cli.RunAsync(at.Server, "agents", "update", "typed", "--set", "word=true", "--set", "many=7");
        Assert.True(changed.ExitCode == 0, changed.Error);
        Assert.Contains("true l2+l6 7 True", (await Cli.RunAsync(at.Server, "agents", "run", "typed")).Output, StringComparison.Ordinal);

        var wrong = await Cli.RunAsync(at.Server, "agents", "update", "typed", "--set", "many=lots");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("must be a number; it is 'lots'", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"settings":{"word":"\ud800"}}""", "settings.word")]
    [InlineData("""{"settings":{"names":["a","x\udc00"]}}""", "settings.names")]
    [InlineData("""{"settings":{"\ud800":1}}""", "settings")]
    [InlineData("""{"set":{"word":"\ud800"}}""", "set.word")]
    [InlineData("""{"schedule":{"cron":"\ud800"}}""", "schedule")]
    [InlineData("""{"schedule":{"\ud800":"1"}}""", "schedule")]
    [InlineData("""{"source":"\ud800"}""", "source")]
    public async Task Half_a_character_is_refused_by_the_name_of_its_field(string update, string field)
    {
        var name = await MakeAsync([]);

        var answer = await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", content: new StringContent(update, Encoding.UTF8, "application/json"));

        answer.IsProblem(400, "invalid", field);
    }

    private async Task<string> MakeAsync(JsonObject set)
    {
        var wish = Wish(set);
        var made = await at.Server.PostAsync("/api/agents", wish);
        Assert.True(made.Status == 201, made.Body);
        return (string)wish["name"]!;
    }

    private JsonObject Wish(JsonObject set) => new() { ["name"] = at.NewName(), ["source"] = AgentServer.Source(Says, Declared), ["set"] = set };
}
