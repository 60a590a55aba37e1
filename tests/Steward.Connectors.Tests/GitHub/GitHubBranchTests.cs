using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubBranchTests : GitHubTest
{
    private static readonly FileDraft Notes = new("docs/notes.md", "Notes ☃\n", "Write notes. token=abcdefgh");

    private GitHubBranches Branches => Get<GitHubBranches>();

    [Fact]
    public async Task A_feature_branch_is_made_and_a_file_written_read_and_replaced_on_it()
    {
        var start = GitHub.Head()!;
        Assert.True(await Branches.IsFeatureBranchAsync(Repo, "fix/notes", Ending));
        var made = await Branches.CreateAsync(await PermittedAsync(Calls.CreateBranch(Repo, "fix/notes", start)), Repo, "fix/notes", start, Ending);
        Assert.Equal(new GitHubBranch("fix/notes", start, false), await Branches.FindAsync(Repo, made.Value!.Name, Ending));

        var commit = await WriteAsync("fix/notes", Notes);
        Assert.Equal(GitHub.Head("fix/notes"), commit.Value);
        Assert.DoesNotContain("abcdefgh", GitHub.History("fix/notes")[0], StringComparison.Ordinal);
        var file = await Branches.ReadFileAsync(Repo, "docs/notes.md", "fix/notes", Ending);
        Assert.Equal(("docs/notes.md", Notes.Content), (file!.Path, file.Content));

        await WriteAsync("fix/notes", Notes with { Content = "More\n", Replaces = file.Sha });
        Assert.Equal("More\n", GitHub.ReadFile("docs/notes.md", "fix/notes"));
        Assert.Null(GitHub.ReadFile("docs/notes.md"));
        Assert.Equal(["CreateRef", "PutContent", "PutContent"], Mutations);
    }

    [Theory]
    [InlineData("main", "default-branch")]
    [InlineData("MAIN", "default-branch")]
    [InlineData("release", "protected-branch")]
    public async Task Neither_the_default_branch_nor_a_protected_one_is_written(string branch, string code)
    {
        GitHub.Push("release");
        GitHub.Protect("release");
        Assert.False(await Branches.IsFeatureBranchAsync(Repo, branch, Ending));

        Assert.Equal(code, (await WriteAsync(branch, Notes)).Refusal?.Code);
        var permit = await PermittedAsync(Calls.CreateBranch(Repo, branch, GitHub.Head()!));
        Assert.Equal(code, (await Branches.CreateAsync(permit, Repo, branch, GitHub.Head()!, Ending)).Refusal?.Code);

        Assert.Equal((0, 0), (World.Calls.Of(Systems.GitHub, "PutContent"), World.Calls.Of(Systems.GitHub, "CreateRef")));
    }

    [Theory]
    [InlineData("refs/heads/main")]
    [InlineData("heads/main")]
    [InlineData("HEAD")]
    [InlineData("fix/../main")]
    [InlineData("main ")]
    [InlineData("@")]
    [InlineData("")]
    public async Task Another_name_of_the_default_branch_is_no_way_in(string branch)
    {
        Assert.False(await Branches.IsFeatureBranchAsync(Repo, branch, Ending));
        Assert.Equal("branch", (await WriteAsync(branch, Notes)).Refusal?.Field);
        Assert.Equal(0, World.Calls.Of(Systems.GitHub));
    }

    [Fact]
    public async Task A_branch_is_made_before_it_is_written() => Assert.Equal("not-found", (await WriteAsync("feature", Notes)).Refusal?.Code);

    [Theory]
    [InlineData("", "invalid")]
    [InlineData("/etc/passwd", "invalid")]
    [InlineData("docs/../../x", "invalid")]
    [InlineData(".github/workflows/ci.yml", "workflow-file")]
    [InlineData(".GitHub/Workflows/ci.yml", "workflow-file")]
    public async Task Some_paths_are_written_by_nobody_here(string path, string code)
    {
        GitHub.Push("feature");

        Assert.Equal(code, (await WriteAsync("feature", Notes with { Path = path })).Refusal?.Code);
        Assert.Equal(0, World.Calls.Of(Systems.GitHub));
    }

    [Fact]
    public async Task A_secret_of_this_server_is_not_written_and_code_that_talks_of_secrets_is()
    {
        GitHub.Push("feature");

        Assert.Equal("holds-secret", (await WriteAsync("feature", Notes with { Content = $"key: {Options.GitHubToken}" })).Refusal?.Code);
        Assert.Null((await WriteAsync("feature", Notes with { Content = "password = read_password()\n" })).Refusal);
        Assert.Equal("password = read_password()\n", GitHub.ReadFile("docs/notes.md", "feature"));
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_not_overwritten()
    {
        GitHub.Push("feature", files: new Dictionary<string, string> { ["docs/notes.md"] = "one\n" });
        var seen = await Branches.ReadFileAsync(Repo, "docs/notes.md", "feature", Ending);
        GitHub.Push("feature", files: new Dictionary<string, string> { ["docs/notes.md"] = "two\n" });

        var error = await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync("feature", Notes with { Replaces = seen!.Sha }));

        Assert.Equal((System.Net.HttpStatusCode.Conflict, CallEffect.None), (error.Status, error.Effect));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_shows_in_the_file()
    {
        GitHub.Push("feature");
        World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "PutContent");

        await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync("feature", Notes));

        Assert.Equal(Notes.Content, (await Branches.ReadFileAsync(Repo, Notes.Path, "feature", Ending))?.Content);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Branches.ReadFileAsync(Repo, "none.md", "main", Ending));
        Assert.Null(await Branches.FindAsync(Repo, "none", Ending));
    }

    private async Task<Outcome<string>> WriteAsync(string branch, FileDraft file) =>
        await Branches.WriteFileAsync(await PermittedAsync(Calls.WriteFile(Repo, branch, file)), Repo, branch, file, Ending);
}
