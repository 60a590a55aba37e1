using System.Text;
using Steward.Sandboxing.Workspaces;
using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>No path that a stranger names leads out of his folder.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly Workspace workspace;

    public WorkspaceTests()
    {
        workspace = new Workspace(temp["ws"]);
        File.WriteAllText(temp["secret"], "a secret");
    }

    [Fact]
    public void What_is_written_is_read_listed_appended_and_deleted()
    {
        workspace.MakeFolder("a/b");
        workspace.Write("a/b/c.txt", "one"u8);
        workspace.Append("a/b/c.txt", " two"u8);

        Assert.Equal("one two", Read("a/b/c.txt"));
        Assert.Equal(["a/b"], workspace.List("a", 10).Select(entry => entry.Path));
        Assert.Equal(("a/b/c.txt", 7L), workspace.List("a/b", 10).Select(entry => (entry.Path, entry.Size)).Single());
        Assert.Equal(7, workspace.Size());
        Assert.Equal(WorkspaceFault.NotEmpty, Fault(() => workspace.Delete("a/b")));
        workspace.Delete("a/b/c.txt");
        workspace.Delete("a/b");
        Assert.Equal(WorkspaceFault.NotFound, Fault(() => workspace.Info("a/b")));
    }

    [Fact]
    public void What_many_append_at_once_is_all_there()
    {
        var lines = Enumerable.Range(0, 200).Select(number => $"{number:000}{new string('x', 20_000)}\n").ToList();

        Parallel.ForEach(lines, new ParallelOptions { MaxDegreeOfParallelism = 8 }, line => workspace.Append("all.txt", Encoding.UTF8.GetBytes(line)));

        Assert.Equal(lines, Read("all.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a//b")]
    [InlineData("a\0b")]
    public void A_path_that_leads_out_is_refused(string path)
    {
        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => Read(path)));
        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => workspace.Write(path, "x"u8)));
        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => workspace.Delete(path)));
        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => workspace.MakeFolder(path)));
    }

    [Fact]
    public void No_link_is_followed_not_in_the_middle_either()
    {
        File.CreateSymbolicLink(temp["ws/link"], temp["secret"]);
        Directory.CreateSymbolicLink(temp["ws/out"], temp[""]);
        Directory.CreateSymbolicLink(temp["ws/self"], temp["ws"]);

        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => Read("link")));
        Assert.Equal(WorkspaceFault.LeadsOut, Fault(() => Read("out/secret")));
        Assert.NotNull(Fault(() => workspace.Append("link", "x"u8)));
        Assert.NotNull(Fault(() => workspace.Write("out/new", "x"u8)));
        Assert.NotNull(Fault(() => workspace.List("self", 10)));
        Assert.Empty(workspace.List("", 10));
        Assert.Equal("a secret", File.ReadAllText(temp["secret"]));
        Assert.False(File.Exists(temp["new"]));
    }

    [Fact]
    public void Writing_over_a_link_replaces_the_link()
    {
        File.CreateSymbolicLink(temp["ws/link"], temp["secret"]);
        workspace.Write("link", "mine"u8);

        Assert.Equal("mine", Read("link"));
        Assert.Equal("a secret", File.ReadAllText(temp["secret"]));
    }

    [Fact]
    public void What_is_no_file_is_not_read()
    {
        workspace.MakeFolder("folder");
        Assert.Equal(WorkspaceFault.NotAFile, Fault(() => Read("folder")));
    }

    public void Dispose() => temp.Dispose();

    private string Read(string path)
    {
        using var reader = new StreamReader(workspace.Read(path), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static WorkspaceFault? Fault(Action action) => Record.Exception(action) is WorkspaceException e ? e.Fault : null;
}
