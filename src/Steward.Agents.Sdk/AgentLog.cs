namespace Steward.Agents.Sdk;

/// <summary>What an agent says while it runs, a line each. Lines over 2,000 characters are cut; after 1 MB in all the rest is left out.</summary>
/// <param name="write">Takes a level and a line.</param>
public sealed class AgentLog(Action<string, string> write)
{
    /// <summary>Something worth knowing.</summary>
    public void Info(string line) => write("info", line);

    /// <summary>Something is odd, but the work goes on.</summary>
    public void Warning(string line) => write("warning", line);

    /// <summary>Something failed.</summary>
    public void Error(string line) => write("error", line);
}
