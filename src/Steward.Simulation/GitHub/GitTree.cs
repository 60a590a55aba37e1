using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Steward.Kernel;

namespace Steward.Simulation.GitHub;

/// <summary>Commits and branches. A commit knows all files as they stood. Call it under the repository's lock.</summary>
internal sealed class GitTree
{
    /// <summary>The branch that counts.</summary>
    public const string Default = "main";

    private readonly string repository;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, Commit> commits = [];
    private readonly Dictionary<string, Branch> branches = new(StringComparer.Ordinal);

    public GitTree(string repository, TimeProvider clock)
    {
        (this.repository, this.clock) = (repository, clock);
        branches[Default] = new Branch(Default, Make("Begin", Account.Developer, null, ImmutableSortedDictionary<string, string>.Empty));
    }

    /// <summary>Hears of every new commit of the default branch, as those who follow it do.</summary>
    public Action<string>? DefaultMoved { get; set; }

    public Branch? Find(string branch) => branches.GetValueOrDefault(branch);

    public Commit? Commit(string shaOrBranch) => commits.GetValueOrDefault(shaOrBranch) ?? Find(shaOrBranch)?.Head;

    public Branch Create(string name, Commit at) => branches[name] = new Branch(name, at);

    /// <summary>The branch that a commit is the newest of; null when it is of none.</summary>
    public string? BranchOf(string sha) => branches.Values.FirstOrDefault(branch => branch.Head.Sha == sha)?.Name;

    /// <summary>A new commit at the end of a branch, which begins at the default branch when it is new.</summary>
    public Commit Push(string name, string message, Account author, IReadOnlyDictionary<string, string>? files)
    {
        var branch = Find(name) ?? Create(name, branches[Default].Head);
        branch.Head = Make(message, author, branch.Head, branch.Head.Files.SetItems(files ?? ImmutableDictionary<string, string>.Empty));
        if (name == Default)
        {
            DefaultMoved?.Invoke(branch.Head.Sha);
        }

        return branch.Head;
    }

    /// <summary>A branch of a fork with one commit: no client finds it by its name here.</summary>
    public Branch Fork(string name, string message, Account author) => new(name, Make(message, author, branches[Default].Head, branches[Default].Head.Files));

    /// <summary>The commits of a branch, newest first.</summary>
    public IEnumerable<Commit> History(string branch)
    {
        for (var commit = Find(branch)?.Head; commit is not null; commit = commit.Parent)
        {
            yield return commit;
        }
    }

    /// <summary>git's own name of a file's content.</summary>
    public static string Blob(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        // git names blobs by SHA-1; it is a name here and protects nothing.
#pragma warning disable CA5350
        return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
    }

    private Commit Make(string message, Account author, Commit? parent, ImmutableSortedDictionary<string, string> files)
    {
        // A number in place of a hash over everything: the same world gives the same commits.
        var sha = TextHash.Of($"{repository} {commits.Count}")[..40];
        return commits[sha] = new Commit(sha, message, author, parent, files, clock.GetUtcNow());
    }
}

internal sealed record Commit(string Sha, string Message, Account Author, Commit? Parent, ImmutableSortedDictionary<string, string> Files, DateTimeOffset At);

internal sealed class Branch(string name, Commit head)
{
    public string Name => name;

    public Commit Head { get; set; } = head;

    public bool IsProtected { get; set; }
}
