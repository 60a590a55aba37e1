using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Policies;

/// <summary>
/// The policy in force. The file is read before every decision (its time and length would miss a quick edit); a changed
/// one that is sound replaces the policy whole, a broken one is refused and the last good one stays. A broken file at
/// start stops the start.
/// </summary>
public sealed partial class PolicyFile
{
    private const string Unreadable = "It cannot be read: ";

    // How many changes wait for the gate to write them down; more than these between two decisions lose the oldest.
    private const int MaxNews = 20;

    private readonly string path;
    private readonly ILogger<PolicyFile> log;
    private readonly Lock reading = new();
    private readonly List<AuditEntry> news = [];
    private string seen;
    private Policy current;
    private string? mistake;

    /// <summary>Reads the file; writes the default one where there is none, so that there is something to read and edit.</summary>
    /// <exception cref="StorageException">The file is broken; the message names the place.</exception>
    public PolicyFile(IOptions<GovernanceOptions> options, IOptions<StorageOptions> storage, ILogger<PolicyFile> log)
    {
        this.log = log;
        path = options.Value.PolicyFile is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(OpenDatabase.DataDirectory(storage.Value), "policy.yaml");
        if (!File.Exists(path))
        {
            WriteDefault();
        }

        seen = Text();
        var read = Parse(seen);
        current = read.IsRefused
            ? throw new StorageException($"The policy {path} cannot be used. {read.Refusal.Message} Correct it, or delete the file to get the default one.")
            : read.Value;
        LogLoaded(log, path, current.Version);
    }

    /// <summary>Where the file is.</summary>
    public string Location => path;

    /// <summary>The policy in force, after a look at the file.</summary>
    public Policy Current()
    {
        lock (reading)
        {
            var text = Text();
            if (text != seen)
            {
                Replace(text);
                seen = text;
            }

            return current;
        }
    }

    /// <summary>Why the file as it stands now was refused, so that an earlier one is in force; null when it is the one in force.</summary>
    public string? Mistake
    {
        get
        {
            lock (reading)
            {
                _ = Current();
                return mistake;
            }
        }
    }

    /// <summary>Takes the rows that the audit log does not have yet: the file had changed, to a good one or a broken one.</summary>
    internal IReadOnlyList<AuditEntry> TakeNews()
    {
        lock (reading)
        {
            AuditEntry[] taken = [.. news];
            news.Clear();
            return taken;
        }
    }

    /// <summary>Gives back what was taken and could not be written.</summary>
    internal void ReturnNews(IReadOnlyList<AuditEntry> taken)
    {
        lock (reading)
        {
            news.InsertRange(0, taken);
        }
    }

    private void Replace(string text)
    {
        var read = Parse(text);
        mistake = read.Refusal?.Message;
        if (read.IsRefused)
        {
            LogRejected(log, path, read.Refusal.Message, current.Version);
            Tell(new AuditEntry(AuditKinds.PolicyRejected, "policy-file") { Reason = read.Refusal.Message, PolicyVersion = current.Version });
        }
        else if (read.Value.Version != current.Version)
        {
            Tell(new AuditEntry(AuditKinds.PolicyLoaded, "policy-file") { Reason = $"It replaces {current.Version}.", PolicyVersion = read.Value.Version });
            current = read.Value;
            LogLoaded(log, path, current.Version);
        }
    }

    private void Tell(AuditEntry entry)
    {
        if (news.Count == MaxNews)
        {
            news.RemoveAt(0);
        }

        news.Add(entry);
    }

    private static Outcome<Policy> Parse(string text) =>
        text.StartsWith(Unreadable, StringComparison.Ordinal) ? Refusal.Invalid("policy", text) : PolicyReader.Read(text);

    // In one step: another node that starts now must not read half a policy.
    private void WriteDefault()
    {
        var whole = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        File.WriteAllText(whole, PolicyReader.DefaultText);
        try
        {
            File.Move(whole, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The other node was quicker.
            File.Delete(whole);
        }
    }

    private string Text()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable + e.Message;
        }
    }

    [LoggerMessage(LogLevel.Information, "Policy {Path} is in force, version {Version}")]
    private static partial void LogLoaded(ILogger log, string path, string version);

    [LoggerMessage(LogLevel.Error, "The changed policy {Path} was refused; version {Version} stays in force. {Mistake}")]
    private static partial void LogRejected(ILogger log, string path, string mistake, string version);
}
