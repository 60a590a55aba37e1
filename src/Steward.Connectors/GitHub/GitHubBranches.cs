using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.GitHub;

/// <summary>
/// Branches and files, to be written on feature branches alone: the default branch, protected branches and workflow files
/// are refused before anything is sent and before the permit is spent. Methods throw <see cref="ConnectorException"/> when
/// GitHub fails or is not set up.
/// </summary>
public sealed partial class GitHubBranches
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private const string Workflows = ".github/workflows/";
    private readonly GitHubRest rest;
    private readonly GitHubAccess access;
    private readonly GitHubCalls calls;
    private readonly Redactor redactor;

    internal GitHubBranches(GitHubRest rest, GitHubAccess access, GitHubCalls calls, Redactor redactor) =>
        (this.rest, this.access, this.calls, this.redactor) = (rest, access, calls, redactor);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>A branch as it stands; null when there is none.</summary>
    public async Task<GitHubBranch?> FindAsync(GitHubRepo repo, string branch, CancellationToken cancellationToken)
    {
        var found = await rest.FindAsync<GitHubWire.Branch>("GetBranch", $"repos/{repo}/branches/{Uri.EscapeDataString(branch)}", cancellationToken);
        return found is null ? null : new(found.Name, found.Commit.Sha, found.Protected);
    }

    /// <summary>True for a branch that is neither the default one nor protected, also when it is still to be made: what the policy's fact <c>feature-branch</c> means.</summary>
    public async Task<bool> IsFeatureBranchAsync(GitHubRepo repo, string branch, CancellationToken cancellationToken) =>
        await RefusalAsync(repo, branch, mustBeThere: false, cancellationToken) is null;

    /// <summary>
    /// Makes a branch that begins at a commit; gives it. After an unknown outcome <see cref="FindAsync"/> says whether it was
    /// made. GitHub refuses with 422 a name that is taken.
    /// </summary>
    /// <param name="permit">For <see cref="GitHubCalls.CreateBranch"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="branch">Its name.</param>
    /// <param name="sha">The commit.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<Outcome<GitHubBranch>> CreateAsync(Permit permit, GitHubRepo repo, string branch, string sha, CancellationToken cancellationToken)
    {
        const string operation = "CreateBranch";
        rest.Require(operation);
        if (await RefusalAsync(repo, branch, mustBeThere: false, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var body = new JsonObject { ["ref"] = $"refs/heads/{branch}", ["sha"] = sha }.ToJsonString();
        return await permit.RunAsync(calls.CreateBranch(repo, branch, sha), sending => rest.SendAsync(operation, HttpMethod.Post, $"repos/{repo}/git/refs", body,
            answer => new GitHubBranch(branch, answer.Json<GitHubWire.Reference>(GitHubWire.Options).Object.Sha, false), sending), made => $"{branch} begins at {made.HeadSha}.", cancellationToken);
    }

    /// <summary>A file as it stands on a branch or in a commit; null when there is no such file. Files beyond 1 MB are not given.</summary>
    /// <exception cref="ConnectorException">It is too large, or not text.</exception>
    public Task<GitHubFile?> ReadFileAsync(GitHubRepo repo, string path, string reference, CancellationToken cancellationToken) =>
        FileAsync(repo, path, reference, ToFile, cancellationToken);

    /// <summary>Whether there is such a file on a branch or in a commit.</summary>
    public Task<bool> HasFileAsync(GitHubRepo repo, string path, string reference, CancellationToken cancellationToken) =>
        FileAsync(repo, path, reference, static answer => (int)answer.Status != 404, cancellationToken);

    /// <summary>
    /// Writes a file as one commit on a feature branch; gives the commit. After an unknown outcome
    /// <see cref="ReadFileAsync"/> says whether it holds the content.
    /// </summary>
    /// <param name="permit">For <see cref="GitHubCalls.WriteFile"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="file">What to write. A secret of this server in it is a reason to refuse.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<Outcome<string>> WriteFileAsync(Permit permit, GitHubRepo repo, string branch, FileDraft file, CancellationToken cancellationToken)
    {
        const string operation = "WriteFile";
        rest.Require(operation);
        if (Refusal(file) is { } wrong)
        {
            return wrong;
        }

        if (await RefusalAsync(repo, branch, mustBeThere: true, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var call = calls.WriteFile(repo, branch, file);
        var body = new JsonObject
        {
            ["branch"] = branch,
            ["message"] = call.Arguments["message"]!.DeepClone(),
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Content)),
        };
        if (file.Replaces is { } blob)
        {
            body["sha"] = blob;
        }

        return await permit.RunAsync(call, sending => rest.SendAsync(operation, HttpMethod.Put, $"repos/{repo}/contents/{Uri.EscapeDataString(file.Path)}", body.ToJsonString(),
            answer => answer.Json<GitHubWire.Written>(GitHubWire.Options).Commit.Sha, sending), sha => $"Commit {sha} on {branch}.", cancellationToken);
    }

    // A name that GitHub might read in more than one way, such as refs/heads/main, could be another branch than the one that
    // was looked at: only plain names pass, and only a branch that answers to exactly that name is written.
    private async Task<Refusal?> RefusalAsync(GitHubRepo repo, string branch, bool mustBeThere, CancellationToken cancellationToken)
    {
        if (!PlainName().IsMatch(branch) || branch.Contains("..", StringComparison.Ordinal) || branch.EndsWith(".lock", StringComparison.Ordinal))
        {
            return Kernel.Refusal.Invalid("branch", $"'{branch}' is not the plain name of a branch, such as fix/notes.");
        }

        var home = await access.RepositoryAsync(repo, cancellationToken);
        if (string.Equals(home.DefaultBranch, branch, StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(RefusalKind.Forbidden, "default-branch", $"{branch} is the default branch of {repo}. Steward writes on feature branches alone; open a pull request.", "branch");
        }

        var there = await FindAsync(repo, branch, cancellationToken);
        return there?.IsProtected == true
            ? new Refusal(RefusalKind.Forbidden, "protected-branch", $"{branch} of {repo} is protected. Steward writes on feature branches alone.", "branch")
            : mustBeThere && there?.Name != branch
                ? Kernel.Refusal.NotFound("branch", branch)
                : null;
    }

    private Refusal? Refusal(FileDraft file)
    {
        if (file.Path.Length == 0 || file.Path.Split('/').Any(part => part is "" or "." or ".."))
        {
            return Kernel.Refusal.Invalid("path", $"'{file.Path}' is not a path within a repository, such as docs/notes.md.");
        }

        return file.Path.StartsWith(Workflows, StringComparison.OrdinalIgnoreCase)
            ? new Refusal(RefusalKind.Forbidden, "workflow-file", $"{file.Path} is a workflow: whoever writes it runs code with the repository's secrets. People write workflows.", "path")
            : redactor.Knows(file.Content) || redactor.Knows(file.Path)
                ? new Refusal(RefusalKind.Forbidden, "holds-secret", $"What is to be written to {file.Path} holds a secret of this server. Take it out.", "content")
                : null;
    }

    private Task<T> FileAsync<T>(GitHubRepo repo, string path, string reference, Func<ProviderAnswer, T> read, CancellationToken cancellationToken) =>
        rest.SendAsync("GetFile", HttpMethod.Get, $"repos/{repo}/contents/{Uri.EscapeDataString(path)}?ref={Uri.EscapeDataString(reference)}", null, read, cancellationToken);

    private static GitHubFile? ToFile(ProviderAnswer answer)
    {
        // A folder is answered with a list of what is in it.
        if ((int)answer.Status == 404 || answer.Json<JsonElement>(GitHubWire.Options) is not { ValueKind: JsonValueKind.Object })
        {
            return null;
        }

        var file = answer.Json<GitHubWire.FileContent>(GitHubWire.Options);
        if (file.Type != "file")
        {
            return null;
        }

        try
        {
            return file.Encoding == "base64"
                ? new GitHubFile(file.Path, file.Sha, Strict.GetString(Convert.FromBase64String(file.Content ?? "")))
                : throw answer.Failure($"{file.Path} is larger than GitHub gives at once.", transient: false, CallEffect.None);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw answer.Failure($"{file.Path} is not text.", transient: false, CallEffect.None, e);
        }
    }

    [GeneratedRegex(@"^(?!refs/|heads/|HEAD\z)[A-Za-z0-9_][A-Za-z0-9_.@+#=-]*(/[A-Za-z0-9_@][A-Za-z0-9_.@+#=-]*)*\z")]
    private static partial Regex PlainName();
}
