using Steward.Agents.Tests.Corpus;

namespace Steward.Agents.Tests;

/// <summary>What a check says, beside stopping what is bad.</summary>
public sealed class CheckTests(TheWorkshop workshop) : IClassFixture<TheWorkshop>
{
    private static readonly string Base = AgentCorpus.Good()[0].Source;

    public static TheoryData<string> NoSecrets =>
    [
        "var primaryKey = \"id\";", "var apiKeyHeader = \"X-Api-Key\";", "var token = \"nextPageToken\";", "var passwordSelector = \"input[name=password]\";", "const string SecretName = \"github\";",
        "var id = \"3f2504e0-4f89-11d3-9a0c-0305e82c3301\";", "var hash = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\";", "var commit = \"da39a3ee5e6b4b0d3255bfef95601890afd80709\";",
        "var url = \"https://www.example.org/a/very/long/path/WithManyWords2030/And123Numbers?query=AbC123dEf456\";", "var words = \"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==\";",
        "var name = \"ThisIsAVeryLongIdentifierWithVersion2AndSomeMoreWords\";", "var text = \"Bearer authentication has failed\";", "var css = \"sk-fading-circle sk-circle-wrapper-large\";", "var header = $\"Authorization: Bearer {answer.Body}\";",
        "var body = \"{\\\"user\\\":\\\"anna\\\",\\\"password\\\":\\\"<password>\\\"}\";", "var token = \"your-token-here\";", "var alphabet = \"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\";", "var login = \"https://example.org/login?next=user@example.org\";",
    ];

    [Theory]
    [MemberData(nameof(NoSecrets))]
    public async Task What_is_no_secret_raises_no_alarm(string statement)
    {
        var name = statement.Split(' ')[statement.StartsWith("const", StringComparison.Ordinal) ? 2 : 1];
        var found = await workshop.CheckAsync(Base.Replace("// +run", $"{statement}\ncontext.Log.Info({name});", StringComparison.Ordinal));

        Assert.Empty(found.Diagnostics.Select(message => message.ToString()));
    }

    [Fact]
    public async Task A_source_comes_back_formatted_and_lines_are_those_of_what_came_back()
    {
        var source = Base.Replace("        // +run", "var   unused=1 ;", StringComparison.Ordinal);
        var found = await workshop.CheckAsync(source);

        Assert.Contains("\n        var unused = 1;\n", found.Formatted, StringComparison.Ordinal);
        var message = Assert.Single(found.Diagnostics);
        Assert.Equal(("CS0219", "error"), (message.Id, message.Severity));
        Assert.Equal("        var unused = 1;", found.Formatted!.Split('\n')[message.Line - 1]);
        Assert.Null(found.Assembly);
    }

    [Fact]
    public async Task Templates_are_formatted_as_the_check_has_it()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Templates"), "*.cs"))
        {
            var source = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(source, (await workshop.CheckAsync(source)).Formatted);
        }
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var found = await workshop.CheckAsync(Base.Replace("0 8 * * *", "0 99 * * *", StringComparison.Ordinal)
            .Replace("// +run", "context.Log.Info(Environment.MachineName);\ncontext.Log.Info($\"{DateTime.Now}\");\nawait context.Http.GetAsync(new Uri(\"https://evil.example/\"), cancellationToken);", StringComparison.Ordinal));

        Assert.Equal(["AGENT110", "AGENT111", "AGENT123", "AGENT141"], found.Diagnostics.Select(message => message.Id).Order());
    }

    [Fact]
    public async Task A_method_that_asks_itself_about_the_members_of_a_member_is_followed_to_an_end()
    {
        const string Nested =
            """
            private static int Names(System.Text.Json.Nodes.JsonObject members)
            {
                var count = 0;
                foreach (var (name, value) in members)
                {
                    count += name.Length;
                    if (value is System.Text.Json.Nodes.JsonObject inner)
                    {
                        count += Names(inner);
                    }
                }

                return count;
            }

            private static List<string> Flat(IReadOnlyDictionary<string, object> values)
            {
                var flat = new List<string>();
                foreach (var (key, value) in values)
                {
                    flat.AddRange(value is IReadOnlyDictionary<string, object> inner ? Flat(inner) : [key]);
                }

                return flat;
            }

            // +member
            """;
        var found = await workshop.CheckAsync(Base.Replace("// +member", Nested, StringComparison.Ordinal)
            .Replace("// +run", "context.Log.Info($\"{Names(new System.Text.Json.Nodes.JsonObject { [\"a\"] = 1 })} {Flat(new Dictionary<string, object> { [\"a\"] = new Dictionary<string, object> { [\"b\"] = 1 } }).Count}\");", StringComparison.Ordinal));

        Assert.Empty(found.Diagnostics.Select(message => message.ToString()));
    }

    [Fact]
    public async Task Text_that_grows_step_by_step_is_followed_once()
    {
        const string Growing =
            """
            var note = $"Milk:";
            note += $"\n{answer.Status}";
            if (answer.Status > 200) { note = note + "\nodd"; }
            if (answer.Status > 300) { note = $"{note}\nodder"; }
            if (answer.Status > 400) { note = string.Concat(note, "\nstill odder"); }
            var text = new System.Text.StringBuilder(note);
            text = text.Append('a');
            text = text.Append(note).Append(text.Length);
            text = answer.Status > 200 ? text : text.Append(text.ToString());
            var lines = new List<string> { note };
            lines.Add(string.Join(",", lines));
            lines.Add(string.Join(";", lines));
            lines.Add($"{string.Join("+", lines)}{text}");
            context.Log.Info(note + text.ToString() + string.Join("", lines));
            """;
        // Followed again and again it is not checked within the compiler's time.
        var found = await workshop.CheckAsync(Base.Replace("// +run", Growing, StringComparison.Ordinal));

        Assert.Empty(found.Diagnostics.Select(message => message.ToString()));
    }

    [Fact]
    public async Task Source_that_only_looks_like_one_takes_little_time_and_memory()
    {
        var deep = $"public sealed class A : Agent {{ int x = {new string('(', 20_000)}1{new string(')', 20_000)}; }}";
        var many = Base.Replace("// +member", string.Concat(Enumerable.Range(0, 300).Select(number => $"private static int M{number}(int a) => a > {number} ? M{(number + 1) % 300}(a - 1) : a;\n")), StringComparison.Ordinal);

        foreach (var source in new[] { "", "\uFEFF", "class", "/*", "\"\"\"", many })
        {
            await workshop.CheckAsync(source);
        }

        // It may cost the compiler its life, but not the server an answer.
        await workshop.SurvivesAsync(deep);
        Assert.Empty((await workshop.CheckAsync(Base)).Diagnostics.Select(message => message.ToString()));
    }
}
