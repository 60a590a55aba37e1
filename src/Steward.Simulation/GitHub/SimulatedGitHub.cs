namespace Steward.Simulation.GitHub;

/// <summary>GitHub: one repository with issues. What is done here is what other people do, never a <see cref="Mutation"/>.</summary>
public sealed class SimulatedGitHub
{
    private readonly IssueList issues;

    internal SimulatedGitHub(IssueList issues) => this.issues = issues;

    /// <summary>All issues, oldest first.</summary>
    public IReadOnlyList<SimulatedIssue> Issues
    {
        get
        {
            lock (issues.Sync)
            {
                return [.. issues.All.Select(issue => issue.Snapshot())];
            }
        }
    }

    /// <summary>Somebody else opened an issue; gives its number.</summary>
    public int AddIssue(string title, string body, params IReadOnlyList<string> labels)
    {
        lock (issues.Sync)
        {
            return issues.Add(title, body, labels).Number;
        }
    }

    /// <summary>Somebody else commented on an issue.</summary>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public void AddComment(int number, string body)
    {
        lock (issues.Sync)
        {
            issues.AddComment(issues.Find(number) ?? throw new ArgumentException($"There is no issue {number}.", nameof(number)), body);
        }
    }

    /// <summary>Somebody else closed an issue.</summary>
    /// <exception cref="ArgumentException">There is no such issue.</exception>
    public void CloseIssue(int number)
    {
        lock (issues.Sync)
        {
            var issue = issues.Find(number) ?? throw new ArgumentException($"There is no issue {number}.", nameof(number));
            issues.Touch(issue);
            issue.SetOpen(false, issue.UpdatedAt);
        }
    }
}
