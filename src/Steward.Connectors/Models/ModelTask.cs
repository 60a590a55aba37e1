namespace Steward.Connectors.Models;

/// <summary>What an answer is for: it decides which model is asked, and how long an answer may be and take.</summary>
public enum ModelTask
{
    /// <summary>A few sentences about lines of a log.</summary>
    Summary,

    /// <summary>What an agent asks while it runs.</summary>
    Agent,

    /// <summary>What is to be built, and how.</summary>
    Plan,

    /// <summary>Writing a program.</summary>
    Write,

    /// <summary>Mending a program that does not compile or pass its tests.</summary>
    Repair,
}
