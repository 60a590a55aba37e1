using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Governance.Audit;
using Steward.Platform.Storage;

namespace Steward.Governance.Policies;

/// <summary>
/// The policy in force. The file is looked at before every decision; a changed one that is sound replaces the policy
/// whole, a broken one is refused and the last good one stays. A broken file at start stops the start.
/// </summary>
public sealed partial class PolicyFile
{
    private readonly string path;
    private readonly ILogger<PolicyFile> log;
    private readonly Lock loading = new();
    private (DateTime Written, long Length) seen;
    private volatile Policy current;
    private AuditEntry? untold;

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
            File.WriteAllText(path, PolicyReader.DefaultText);
        }

        var read = PolicyReader.Read(File.ReadAllText(path));
        current = read.IsRefused
            ? throw new StorageException($"The policy {path} cannot be used. {read.Refusal.Message} Correct it, or delete the file to get the default one.")
            : read.Value;
        seen = Stamp();
        LogLoaded(log, path, current.Version);
    }

    /// <summary>Where the file is.</summary>
    public string Location => path;

    /// <summary>The policy in force, after a look at the file. For decisions: whoever takes the news writes it into the audit log.</summary>
    /// <param name="news">A row for the audit log when the file had changed since the last decision, else null.</param>
    public Policy Current(out AuditEntry? news)
    {
        var policy = InForce();
        news = Interlocked.Exchange(ref untold, null);
        return policy;
    }

    /// <summary>The policy in force, after a look at the file. News of a change waits for the next decision.</summary>
    public Policy InForce()
    {
        var stamp = Stamp();
        if (stamp == seen)
        {
            return current;
        }

        lock (loading)
        {
            if (stamp == seen)
            {
                return current;
            }

            seen = stamp;
            var read = PolicyReader.Read(Text());
            if (read.IsRefused)
            {
                LogRejected(log, path, read.Refusal.Message, current.Version);
                untold = new AuditEntry(AuditKinds.PolicyRejected, "policy-file") { Reason = read.Refusal.Message, PolicyVersion = current.Version };
            }
            else if (read.Value.Version != current.Version)
            {
                untold = new AuditEntry(AuditKinds.PolicyLoaded, "policy-file") { Reason = $"It replaces {current.Version}.", PolicyVersion = read.Value.Version };
                current = read.Value;
                LogLoaded(log, path, current.Version);
            }

            return current;
        }
    }

    private string Text()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException e)
        {
            return $"unreadable: {e.Message}";
        }
    }

    private (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (DateTime.MinValue, -1);
    }

    [LoggerMessage(LogLevel.Information, "Policy {Path} is in force, version {Version}")]
    private static partial void LogLoaded(ILogger log, string path, string version);

    [LoggerMessage(LogLevel.Error, "The changed policy {Path} was refused; version {Version} stays in force. {Mistake}")]
    private static partial void LogRejected(ILogger log, string path, string mistake, string version);
}
