namespace Steward.Agents.Workshop;

/// <summary>What an agent is written in. Whatever it is, it has the same declaration, the same tools and the same sandbox.</summary>
public enum AgentLanguage
{
    /// <summary>C#: compiled before it is kept.</summary>
    Csharp,

    /// <summary>Python 3.9 or newer, where the machine has it: kept as it is.</summary>
    Python,
}
