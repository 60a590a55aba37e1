using System.Text.Json.Nodes;
using static Steward.Server.Tests.Agents.BrowserServer;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents may do with a browser, in a real one.</summary>
[Collection("Browser")]
public sealed class BrowserTests(BrowserServer at)
{
    [Fact]
    public async Task A_page_that_a_script_makes_is_opened_and_read()
    {
        var answers = await at.RunAsync(Step("text"), at.Open("made"), Step("text"), Step("text", ("selector", "h2")), Step("text", ("selector", "h1:::")), at.Open("missing"));

        Assert.Equal("invalid", (string?)answers[0]!["code"]);
        Assert.Equal("Made", (string?)answers[1]!["title"]);
        Assert.Equal(200, (int?)answers[1]!["status"]);
        Assert.Empty(answers[1]!["refused"]!.AsArray().Select(one => (string?)one!["host"]));
        Assert.Equal("Made by a script", (string?)answers[2]!["text"]);
        Assert.Equal("not-found", (string?)answers[3]!["code"]);
        Assert.Equal("invalid", (string?)answers[4]!["code"]);
        Assert.Equal(404, (int?)answers[5]!["status"]);
    }

    [Fact]
    public async Task A_form_is_filled_in_and_sent()
    {
        var answers = await at.RunAsync(
            at.Open("form"), Step("fill", ("selector", "input[name=name]"), ("value", "Ada")), Step("fill", ("selector", "select"), ("value", "Blue")),
            Step("fill", ("selector", "input[type=checkbox]"), ("value", "true")), Step("fill", ("selector", "select"), ("value", "Green")), Step("click", ("selector", "button")), Step("text"));

        Assert.Equal("invalid", (string?)answers[4]!["code"]);
        Assert.Equal("Greeting", (string?)answers[5]!["title"]);
        Assert.Equal("Hello Ada, b, loud", (string?)answers[6]!["text"]);
        var audit = (await at.Server.GetAsync("/api/audit?limit=500")).Body;
        Assert.Contains("browser.click", audit, StringComparison.Ordinal);
        Assert.Contains("browser.fill", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_decides_about_clicks()
    {
        var file = Path.Combine(at.Server.DataDirectory, "policy.yaml");
        var policy = await File.ReadAllTextAsync(file, Ending);
        try
        {
            await File.WriteAllTextAsync(file, policy.Replace("[\"browser.click\", \"browser.fill\"]", "[\"browser.fill\"]", StringComparison.Ordinal), Ending);
            var answers = await at.RunAsync(at.Open("form"), Step("click", ("selector", "button")), Step("text", ("selector", "button")));

            Assert.Equal("refused", (string?)answers[1]!["code"]);
            Assert.Equal("Send", (string?)answers[2]!["text"]);
        }
        finally
        {
            await File.WriteAllTextAsync(file, policy, Ending);
        }
    }

    [Fact]
    public async Task An_agent_in_Python_browses_as_well()
    {
        const string Name = "browsing-in-python";
        var made = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = Name, ["language"] = "python", ["source"] = $$$$"""
                import steward

                DECLARATION = {"purpose": "A test.", "tools": {"browser": {"hosts": ["localhost"]}, "files": {}}}

                def run(context):
                    page = context.browser.open("http://localhost:{{{{at.Port}}}}/form")
                    context.browser.fill("input[name=name]", "Ada")
                    context.browser.wait(text="Name")
                    context.browser.screenshot("form.png")
                    greeting = context.browser.click("button")
                    return steward.success(f"{page.status} {greeting.title}: {context.browser.text()} {'heading' in context.browser.snapshot()} {context.files.info('form.png').size > 100}")
                """,
        });
        Assert.True(made.Status == 201, made.Body);

        var run = await at.Of.RunAsync(Name);

        Assert.StartsWith("200 Greeting: Hello Ada", (string?)run["text"], StringComparison.Ordinal);
        Assert.EndsWith("True", (string?)run["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_author_writes_against_the_kit_and_tests_with_scripted_pages()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            $$"""
            var page = await context.Browser.OpenAsync(new Uri("http://localhost:{{at.Port}}/form"), cancellationToken, seconds: 20);
            await context.Browser.FillAsync("input[name=name]", "Ada", cancellationToken);
            await context.Browser.WaitAsync("button", cancellationToken);
            await context.Browser.WaitForTextAsync("Name", cancellationToken);
            await context.Browser.ScreenshotAsync("form.png", cancellationToken, whole: true);
            var tree = await context.Browser.SnapshotAsync(cancellationToken);
            page = await context.Browser.ClickAsync("button", cancellationToken);
            return AgentResult.Success($"{page.Title} {page.Status} {page.Refused!.Count} {tree.Contains("Ada")}: {await context.Browser.TextAsync(cancellationToken, "p")}");
            """, """, "tools": { "browser": { "hosts": ["localhost"] } }""",
            $$"""
            [AgentTest]
            public static async Task Greets(TestBench bench)
            {
                bench.Tools.Page("http://localhost:{{at.Port}}/form", "Hello Ada", "Scripted").Answer("browser_snapshot", new System.Text.Json.Nodes.JsonObject { ["text"] = "Ada" });
                Expect.Equal("Scripted 200 0 True: Hello Ada", (await bench.RunAsync(new Tested())).Text);
                Expect.That(bench.Tools.Calls.Any(call => call.Tool == "browser_fill" && (string?)call.Arguments["value"] == "Ada"), "the name is filled in");
            }
            """));
        var run = await at.RunAsync(name);

        Assert.Equal("Greeting 200 0 True: Hello Ada, r, quiet", (string?)run["text"]);
    }

    [Fact]
    public async Task What_cannot_be_seen_is_not_clicked()
    {
        var answers = await at.RunAsync(at.Open("covered"), Step("click", ("selector", "#under")), Step("click", ("selector", "#hidden")), Step("click", ("selector", "#nobody")));

        Assert.Equal(["invalid", "invalid", "not-found"], answers.Skip(1).Select(answer => (string?)answer!["code"]));
    }

    [Fact]
    public async Task It_waits_for_what_comes_late_and_not_for_ever()
    {
        var answers = await at.RunAsync(
            at.Open("late"), Step("wait", ("selector", "#late"), ("seconds", 20)), Step("wait", ("text", "here now")), Step("wait", ("selector", "#never"), ("seconds", 1)), Step("wait"));

        Assert.Null(answers[1]!["code"]);
        Assert.Null(answers[2]!["code"]);
        Assert.Equal("timeout", (string?)answers[3]!["code"]);
        Assert.Equal("invalid", (string?)answers[4]!["code"]);
    }

    [Fact]
    public async Task A_snapshot_says_what_the_page_is_made_of()
    {
        var answers = await at.RunAsync(at.Open("tree"), Step("snapshot"));

        var lines = ((string?)answers[1]!["text"])!.Split('\n').Select(line => line.Trim()).ToList();
        Assert.Equal("RootWebArea \"Tree\"", lines[0]);
        Assert.Contains("heading \"Shop\" [level 1]", lines);
        Assert.Contains("link \"Go\"", lines);
        Assert.Contains(lines, line => line.StartsWith("textbox \"E-mail\" = \"a@example.org\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("button \"Buy\" [disabled]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_screenshot_is_a_picture_in_the_agents_folder()
    {
        var answers = await at.RunAsync(
            at.Open("tall"), Step("screenshot", ("path", "shots/today/view.png")), Step("screenshot", ("path", "whole.png"), ("whole", true)), Step("screenshot", ("path", "../out.png")), ["files_info", new JsonObject { ["path"] = "shots/today/view.png" }]);

        Assert.Equal("refused", (string?)answers[3]!["code"]);
        Assert.Equal((int)answers[1]!["size"]!, (int)answers[4]!["size"]!);
        Assert.Equal([800, 3000], new[] { "view.png", "whole.png" }.Select(name => Height(Directory.EnumerateFiles(Path.Combine(at.Server.DataDirectory, "agents"), name, SearchOption.AllDirectories).Single())));
    }

    [Fact]
    public async Task A_screenshot_that_the_agents_folder_has_no_room_for_is_refused_and_leaves_nothing()
    {
        var agent = (string)(await at.Server.GetAsync($"/api/agents/{at.Agents[0]}")).Json["agent"]!["id"]!;
        var folder = Directory.CreateDirectory(Path.Combine(at.Server.DataDirectory, "agents", agent)).FullName;
        var full = Path.Combine(folder, "full");
        await using (var file = File.Create(full))
        {
            file.SetLength(100 << 20);
        }

        var answers = await at.RunAsync(at.Open("made"), Step("screenshot", ("path", "late/late.png")));
        File.Delete(full);

        Assert.Equal("too-large", (string?)answers[1]!["code"]);
        Assert.False(Directory.Exists(Path.Combine(folder, "late")));
    }

    [Fact]
    public async Task Cookies_are_kept_within_a_run_and_are_not_in_the_next()
    {
        var first = await at.RunAsync(at.Open("cookie"), at.Open("cookie"), Step("text"));
        var second = await at.RunAsync(at.Open("cookie"), Step("text"));

        Assert.Equal("had yes", (string?)first[2]!["text"]);
        Assert.Equal("had none", (string?)second[1]!["text"]);
    }

    [Fact]
    public async Task Dialogs_are_dismissed_windows_closed_and_downloads_refused()
    {
        var answers = await at.RunAsync(at.Open("alerts"), Step("wait", ("text", "told")), at.Open("file"), at.Open("made"), Step("text"));

        Assert.Equal("Past them", (string?)answers[0]!["title"]);
        Assert.Equal("unreachable", (string?)answers[2]!["code"]);
        Assert.Equal("Made by a script", (string?)answers[4]!["text"]);
    }

    [Fact]
    public async Task A_page_that_does_not_end_or_is_too_large_is_bounded()
    {
        var answers = await at.RunAsync(at.Open("endless", seconds: 1), Step("text"), at.Open("giant"), Step("text"));

        Assert.Equal("timeout", (string?)answers[0]!["code"]);
        Assert.Equal("the beginning", (string?)answers[1]!["text"]);
        Assert.InRange((int)answers[3]!, 100_000, 110_000);
    }

    // The width and height of a PNG follow the eight bytes of its signature and the eight of its first chunk's head.
    private static int Height(string file)
    {
        var picture = File.ReadAllBytes(file);
        Assert.True(picture.AsSpan().StartsWith((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]));
        return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20));
    }
}
