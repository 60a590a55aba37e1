using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Steward.Connectors.GitHub;
using Steward.Connectors.Tests.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Simulation.GitHub;

namespace Steward.Connectors.Tests.GitHub;

/// <summary>Every request that the connector makes, to GitHub's own description (Prism) and to the Simulation.</summary>
public abstract partial class GitHubContractTests : GitHubTest
{
    private static readonly Dictionary<string, string> Inputs = new() { ["environment"] = "staging" };
    private static readonly IssueDraft Issue = new("k", "Title", "Body", ["incident"]);
    private static readonly PullRequestDraft Draft = new("k", "Title", "Body", "feature", "main");
    private static readonly FileDraft File = new("docs/notes.md", "Notes\n", "Write notes");
    private static readonly AsyncLocal<ConcurrentDictionary<string, bool>?> Sent = new();
    private string topic = "";
    private string main = "";
    private long comment;
    private long run;
    private long job;

    /// <summary>Sends everything; gives what went wrong, by name, and the operations that were sent.</summary>
    protected async Task<(IReadOnlyList<string> Faults, IReadOnlyCollection<string> Operations)> SendAllAsync()
    {
        var faults = new List<string>();
        var sent = Sent.Value = new ConcurrentDictionary<string, bool>();
        using var listener = new MeterListener { InstrumentPublished = Watch };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        listener.Start();
        Prepare();
        foreach (var (name, send) in Requests())
        {
            try
            {
                await send();
            }
            catch (Exception e) when (e is ConnectorException or PermitRefusedException or Xunit.Sdk.XunitException)
            {
                faults.Add($"{name}: {e.Message}");
            }
        }

        Sent.Value = null;
        return (faults, [.. sent.Keys]);
    }

    private void Prepare()
    {
        GitHub.AddIssue("An issue", "", "steward");
        GitHub.AddPullRequest("A change", "a/topic");
        GitHub.Push("feature");
        comment = GitHub.AddComment(2, $"<!-- steward:{PrismServer.Marked} -->", Options.GitHubLogin);
        run = GitHub.AddRun(RunState.Red);
        job = GitHub.Jobs(run)[0];
        (topic, main) = (GitHub.Head("a/topic")!, GitHub.Head()!);
    }

    private IEnumerable<(string Name, Func<Task> Send)> Requests()
    {
        var (issues, pulls, workflows, access, branches) =
            (Get<GitHubIssues>(), Get<GitHubPullRequests>(), Get<GitHubWorkflows>(), Get<GitHubAccess>(), Get<GitHubBranches>());
        return
        [
            ("find an issue", () => issues.FindIssueAsync(Repo, "k", Ending)),
            ("read an issue", () => issues.FindIssueAsync(Repo, 1, Ending)),
            ("list open issues", () => issues.ListOpenAsync(Repo, "steward", 10, Ending)),
            ("open an issue", async () => await issues.CreateIssueAsync(await PermittedAsync(Calls.CreateIssue(Repo, Issue)), Repo, Issue, Ending)),
            ("update an issue", async () => await issues.UpdateIssueAsync(await PermittedAsync(Calls.UpdateIssue(Repo, 1, Issue)), Repo, 1, Issue, Ending)),
            ("reopen an issue", async () => await issues.ReopenIssueAsync(await PermittedAsync(Calls.ReopenIssue(Repo, 1)), Repo, 1, Ending)),
            ("close an issue", async () => await issues.CloseIssueAsync(await PermittedAsync(Calls.CloseIssue(Repo, 1, "Over")), Repo, 1, "Over", Ending)),
            ("read a comment", () => Get<GitHubComments>().FindAsync(Repo, comment, Ending)),
            ("write a comment", () => PutCommentAsync("another key")),
            ("edit a comment", () => PutCommentAsync(PrismServer.Marked)),
            ("read a pull request", () => pulls.FindAsync(Repo, 2, Ending)),
            ("list pull requests", () => pulls.ListOpenAsync(Repo, Ending)),
            ("find a pull request", () => pulls.FindAsync(Repo, Draft, Ending)),
            ("open a pull request", async () => await pulls.CreateAsync(await PermittedAsync(Calls.CreatePullRequest(Repo, Draft)), Repo, Draft, Ending)),
            ("read checks", () => pulls.ChecksAsync(Repo, topic, Ending)),
            ("merge", async () => await pulls.MergeAsync(await PermittedAsync(Calls.Merge(Repo, 2, topic, null)), Repo, 2, topic, null, Ending)),
            ("list runs", () => workflows.ListRunsAsync(Repo, "main", 10, Ending)),
            ("read a run", () => workflows.FindRunAsync(Repo, run, Ending)),
            ("list jobs", () => workflows.ListJobsAsync(Repo, run, Ending)),
            ("read a log", () => ReadLogAsync(() => workflows.JobLogAsync(Repo, job, 1000, Ending))),
            ("start a workflow", async () => await workflows.DispatchAsync(await PermittedAsync(Calls.DispatchWorkflow(Repo, "ci.yml", "main", Inputs)), Repo, "ci.yml", "main", Inputs, Ending)),
            ("find a started workflow", () => workflows.FindDispatchedAsync(Repo, "ci.yml", "main", DateTimeOffset.UnixEpoch, Ending)),
            ("run failed jobs again", async () => await workflows.RerunFailedJobsAsync(await PermittedAsync(Calls.RerunFailedJobs(Repo, run)), Repo, run, Ending)),
            ("read a permission", () => access.PermissionAsync(Repo, "mia", Ending)),
            ("read the repository", () => access.RepositoryAsync(Repo, Ending)),
            ("read the limits", () => access.RateLimitAsync(Ending)),
            ("read a branch", () => branches.FindAsync(Repo, "feature", Ending)),
            ("make a branch", async () => Assert.Null((await branches.CreateAsync(await PermittedAsync(Calls.CreateBranch(Repo, "new/topic", main)), Repo, "new/topic", main, Ending)).Refusal)),
            ("read a file", () => branches.ReadFileAsync(Repo, "docs/notes.md", "main", Ending)),
            ("write a file", async () => Assert.Null((await branches.WriteFileAsync(await PermittedAsync(Calls.WriteFile(Repo, "feature", File)), Repo, "feature", File, Ending)).Refusal)),
            ("examine", async () => Assert.NotNull((await access.ExamineAsync(Ending)).Account)),
        ];
    }

    /// <summary>Where a log is said to be depends on who is asked.</summary>
    protected abstract Task ReadLogAsync(Func<Task<string>> read);

    private async Task PutCommentAsync(string key) =>
        await Get<GitHubComments>().PutAsync(await PermittedAsync(Calls.PutComment(Repo, 2, key, "Hello")), Repo, 2, key, "Hello", Ending);

    private static void Watch(Instrument instrument, MeterListener listener)
    {
        if (instrument.Name == "steward.provider.requests")
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    // Other tests send at the same time: what is written down belongs to the one whose work it is.
    private static void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "operation")
            {
                Sent.Value?.TryAdd((string)value!, true);
            }
        }
    }

    /// <summary>To the Simulation, always.</summary>
    public sealed partial class BySimulation : GitHubContractTests
    {
        [Fact]
        public async Task Every_request_is_understood()
        {
            var (faults, _) = await SendAllAsync();

            Assert.Empty(faults);
        }

        [Fact]
        public async Task No_request_of_the_connector_is_left_out()
        {
            var lines = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "src", "Steward.Connectors", "GitHub"), "GitHub*.cs").SelectMany(System.IO.File.ReadLines)
                .Where(line => !line.TrimStart().StartsWith("///", StringComparison.Ordinal));
            // An App's own requests are in the class for Apps; the token beside them is asked for here.
            string[] apps = ["CreateInstallationToken", "GetApp", "GetInstallation"];
            var operations = lines.SelectMany(line => Operation().Matches(line)).Select(match => match.Groups["name"].Value).Distinct().Except(apps).Order();

            var (_, sent) = await SendAllAsync();

            Assert.Equal(operations, sent.Where(operation => !operation.EndsWith("Content", StringComparison.Ordinal)).Order());
        }

        protected override async Task ReadLogAsync(Func<Task<string>> read) => Assert.NotEmpty(await read());

        [GeneratedRegex(@"""(?<name>(?:Get|List|Create|Update|Close|Reopen|Merge|Dispatch|Rerun|Write)[A-Z]\w+)""")]
        private static partial Regex Operation();
    }

    /// <summary>To GitHub's description, where it and Prism are at hand.</summary>
    public class ByDescription(PrismServer prism) : GitHubContractTests, IClassFixture<PrismServer>
    {
        [Fact]
        public async Task Every_request_fits_and_every_answer_is_understood()
        {
            prism.ReadyOrSkip();

            var (faults, _) = await SendAllAsync();

            Assert.Empty(faults);
        }

        [Fact]
        public async Task The_judge_refuses_what_the_description_does_not_allow()
        {
            prism.ReadyOrSkip();
            using var client = new HttpClient { BaseAddress = new Uri(prism.Url!) };
            client.DefaultRequestHeaders.Authorization = new("Bearer", "any");

            using var merge = await client.PutAsJsonAsync($"repos/{Repo}/pulls/1/merge", new { merge_method = "octopus" }, Ending);
            using var issue = await client.PostAsJsonAsync($"repos/{Repo}/issues", new { title = (string?)null }, Ending);

            Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity], [merge.StatusCode, issue.StatusCode]);
        }

        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["GitHub:BaseUrl"] = prism.Url ?? "http://127.0.0.1:1";
        }

        // The description says where logs are, and nobody is there.
        protected override async Task ReadLogAsync(Func<Task<string>> read) =>
            Assert.Contains("GetJobLogContent", (await Assert.ThrowsAsync<ConnectorException>(read)).Message, StringComparison.Ordinal);
    }

    /// <summary>The same as an App.</summary>
    public sealed class ByDescriptionAsApp(PrismServer prism) : ByDescription(prism)
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("GitHub:Token");
            settings["GitHub:AppId"] = "1";
            settings["GitHub:InstallationId"] = "1";
            settings["GitHub:PrivateKey"] = World.GitHub.AppPrivateKey;
        }
    }
}
