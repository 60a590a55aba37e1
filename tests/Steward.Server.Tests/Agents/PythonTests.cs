using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>Agents in Python: made, tested, held and run as those in C# are.</summary>
public sealed class PythonTests(AgentServer at) : IClassFixture<AgentServer>
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "def run(context:", "(1,8): error PY0000: '(' was never closed" },
        { "def run(context):\n    return None", "one DECLARATION" },
        { Agent("pass").Replace("'A test.'", "open('/etc/passwd').read()", StringComparison.Ordinal), "is a literal" },
        { Agent("pass").Replace("def run", "async def run", StringComparison.Ordinal), "def run(context)" },
        { Agent("pass", more: "def test_one(): pass"), "def test_one(bench)" },
        { Agent("pass", more: "def test_one(bench): bench.expect(False, 'it is so')"), "test_one: Expected that it is so" },
        { Agent("pass", more: "def test_one(bench): bench.equal(1, 2)"), "test_one: Expected that 2 is 1" },
        { Agent("pass", more: "def test_one(bench): pass"), "proves nothing" },
        { Agent("return 'x' * 200000", more: "def test_one(bench): bench.contains('y', run(None))"), "test_one: Expected that 'y' is in 'xxx" },
        { Agent("pass", more: "def test_one(bench): raise ValueError('é' * 200000)"), "test_one: ValueError: ééé" },
        { Agent("pass", more: "def test_one(bench): bench.expect(bench.run(run).is_success, bench.run(run).text)"), "gave no result: return steward.success(...)" },
        { "DECLARATION: dict\ndef run(context): pass", "there are 0" },
        { Agent("pass", more: "def test_one(bench):\n    import os\n    os._exit(0)"), "did not come to their end" },
        { Agent("pass", more: "raise ValueError('at the beginning')\ndef test_one(bench): bench.expect(True, 'it runs')"), "did not come to their end" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_named_and_nothing_is_made(string source, string says)
    {
        var before = await at.CountAsync();
        var answer = await MakeAsync(at.NewName(), source);

        Assert.True(answer.Status == 400, answer.Body);
        Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(before, await at.CountAsync());
    }

    [Theory]
    [InlineData("""{"language":"cobol"}""")]
    [InlineData("""{"language":null}""")]
    public async Task A_language_that_is_none_is_refused(string wish)
    {
        var body = JsonNode.Parse(wish)!.AsObject();
        (body["name"], body["source"]) = (at.NewName(), Agent("pass"));

        Assert.Equal(400, (await at.Server.PostAsync("/api/agents", body)).Status);
    }

    [Fact]
    public async Task An_agent_has_its_settings_tools_handoff_and_tests()
    {
        var name = at.NewName();
        at.Answer = (200, """{"price":10}""");
        var made = await MakeAsync(name, """
            import steward

            DECLARATION = {
                "purpose": "Watches a price.",
                "settings": {"url": {"type": "url", "about": "Where the price is"}},
                "tools": {"http": {"hosts": ["{url}"]}, "memory": {}, "files": {}},
            }

            def run(context):
                answer = context.http.get(context.settings["url"])
                price = answer.json()["price"]
                context.log.info(f"asked in {answer.milliseconds:.0f} ms, attempt {context.run.attempt}")
                context.memory.set("seen", [price])
                context.files.write("a/b.txt", "€")
                before = (context.handoff or {}).get("price")
                return steward.success(f"{answer.status} {price} after {before} {context.memory.get('seen')} {context.files.read('a/b.txt')} {context.files.list('a')[0].size}", handoff={"price": price})

            def test_it_remembers_the_price(bench):
                bench.tools.answer("files_list", {"entries": [{"path": "a/b.txt", "isFolder": False, "size": 3}]})
                bench.set("url", "https://x.example/").tools.http("https://x.example/", 200, '{"price": 3}')
                bench.expect(bench.run(run).is_success, "it succeeds")
                bench.contains("3 after 3", bench.run(run).text)
            """, new JsonObject { ["url"] = at.Page.OriginalString });

        Assert.True(made.Status == 201, made.Body);
        var (first, second) = (await at.RunAsync(name), await at.RunAsync(name));
        Assert.Equal(("succeeded", "200 10 after None [10] € 3"), ((string)first["state"]!, (string)first["text"]!));
        Assert.Equal("200 10 after 10 [10] € 3", (string)second["text"]!);
        Assert.StartsWith("namespaces", (string)second["sandbox"]!, StringComparison.Ordinal);
        Assert.Contains((await at.Server.GetAsync($"/api/tasks/{second["id"]}/logs")).Json["items"]!.AsArray(), line => ((string)line!["line"]!).EndsWith("attempt 1", StringComparison.Ordinal));
        Assert.Equal("python", (string?)(await at.Server.GetAsync($"/api/agents/{name}/versions")).Json["items"]![0]!["language"]);
    }

    [Fact]
    public async Task Its_declaration_may_say_its_type_and_its_tests_have_files_like_the_real_ones()
    {
        var name = at.NewName();
        var made = await MakeAsync(name, """
            import steward

            DECLARATION: dict = {"purpose": "Keeps files.", "tools": {"files": {}}, "limits": {"retries": 0, "time": "24:00:00"}}

            def code(act):
                try:
                    act()
                except steward.ToolError as e:
                    return e.code
                return "done"

            def run(context):
                files = context.files
                files.write("b/c/two.txt", "€")
                files.append("a.txt", "one")
                files.make_folder("d/e")
                said = [f"{e.path} {e.is_folder} {e.size}" for e in files.list() + files.list("b") + files.list("b/c") + [files.info("b"), files.info("a.txt")]]
                said += [code(lambda: files.delete("d")), code(lambda: files.delete("d/e")), code(lambda: files.delete("d")), code(lambda: files.info("d")), code(lambda: files.list("d"))]
                said += [code(lambda: files.list("a.txt")), code(lambda: files.make_folder("a.txt")), code(lambda: files.write("a.txt/x", "x")), code(lambda: files.write("b", "x"))]
                said += [code(lambda: files.read("../x")), code(lambda: files.read("b")), code(lambda: files.delete("a.txt")), code(lambda: files.delete("a.txt"))]
                return steward.failure(", ".join(said), handoff={"kept": True}) if context.handoff is None else steward.success(str(context.handoff["kept"]))

            def test_it_keeps_files(bench):
                bench.equal("EXPECTED", bench.run(run).text)
                bench.equal("True", bench.run(run).text)
            """.Replace("EXPECTED", KitTests.Said("True", "False"), StringComparison.Ordinal));

        Assert.True(made.Status == 201, made.Body);
        Assert.Equal(KitTests.Said("True", "False"), (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("True", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("print('loud'); raise ValueError('wrong')", "failed", "ValueError: wrong")]
    [InlineData("return 5", "failed", "gave no result")]
    [InlineData("return steward.success('x', handoff=float('nan'))", "failed", "not JSON compliant")]
    [InlineData("return steward.success('x', handoff='x' * 10001)", "failed", "10000 are allowed")]
    [InlineData("import time; time.sleep(60)", "timedOut", "longer than it may")]
    [InlineData("while True:\n        try:\n            import time; time.sleep(60)\n        except BaseException:\n            pass", "timedOut", "took longer than it may")]
    [InlineData("x = bytearray(1 << 30)", "outOfMemory", "more memory than it may have")]
    [InlineData("x = []\n    while True: x.append(bytearray(1 << 20))", "outOfMemory", "more memory than it may have")]
    [InlineData("context.call('http_get', url='https://example.org/')", "refused", "does not name")]
    [InlineData("import os; os.fork()", "failed", "PermissionError")]
    [InlineData("import subprocess; subprocess.run(['/usr/bin/python3'])", "failed", "PermissionError")]
    [InlineData("import socket; socket.socket()", "failed", "OSError")]
    [InlineData("import os; os.kill(1, 9); return steward.success('breach')", "failed", "Error")]
    [InlineData("open('/etc/passwd').read(); return steward.success('breach')", "failed", "FileNotFoundError")]
    [InlineData("import os; open(steward.__file__, 'a').write('x'); return steward.success('breach')", "failed", "Error: ")]
    [InlineData("import ctypes; return steward.success('breach') if ctypes.CDLL(None).unshare(0x10000000) == 0 else steward.failure('held')", "failed", "held")]
    [InlineData("import os; os.write(1, b'x' * (64 << 20)); return steward.success('loud')", "succeeded", "loud")]
    [InlineData("import os; return steward.failure(','.join(sorted(os.environ)))", "failed", "HOME")]
    [InlineData("def deeper(n): return deeper(n + 1)\n    deeper(0)", "failed", "RecursionError")]
    public async Task A_run_ends_as_one_in_CSharp_would(string body, string state, string says)
    {
        var name = at.NewName();
        var made = await MakeAsync(name, Agent(body, """, "limits": {"time": "00:00:03", "retries": 0}"""));
        Assert.True(made.Status == 201, made.Body);

        var run = await at.RunAsync(name);

        Assert.True((string)run["state"]! == state, $"{run["state"]}: {run["text"]}");
        Assert.Contains(says, (string)run["text"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("STEWARD", (string)run["text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, "succeeded")]
    [InlineData(100, "outOfMemory")]
    public async Task A_run_has_the_memory_that_it_declares_and_hardly_more(int megabytes, string state)
    {
        var name = at.NewName();
        var made = await MakeAsync(name, Agent($"x = b'x' * ({megabytes} << 20); return steward.success(str(len(x)))", """, "limits": {"memoryMb": 64, "retries": 0}"""));
        Assert.True(made.Status == 201, made.Body);

        Assert.Equal(state, (string?)(await at.RunAsync(name))["state"]);
    }

    [Fact]
    public async Task The_command_line_takes_a_file_by_its_name()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "hello.py");
        await File.WriteAllTextAsync(file, Agent("return steward.success('hello')", more: "def test_it(bench): bench.contains('hello', bench.run(run).text)"), AgentServer.Ending);

        var tested = await Cli.RunAsync(at.Server, "agents", "test", file);
        Assert.True(tested.ExitCode == 0, tested.Error);
        Assert.Contains("1 tests pass", tested.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync(at.Server, "agents", "create", "--file", file)).ExitCode);
        Assert.Contains("hello", (await Cli.RunAsync(at.Server, "agents", "run", "hello")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync(at.Server, "agents", "update", "hello", "--file", file)).ExitCode);
    }

    private Task<Answer> MakeAsync(string name, string source, JsonObject? settings = null) =>
        at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = source, ["language"] = "python", ["settings"] = settings ?? [] });

    private static string Agent(string body, string declaration = "", string more = "") => $"""
        import steward

        DECLARATION = {"{"}"purpose": 'A test.'{declaration}{"}"}

        def run(context):
            {body}

        {more}
        """;
}
