namespace Steward.AgentHost.Checking;

/// <summary>By which tools a source can send something to others than its owner: whoever agrees to it is told.</summary>
internal static class Sending
{
    // Bare names of tools are refused, so that nothing is sent but by these.
    private static readonly Dictionary<(string Face, string Method), string> Tools = new()
    {
        [("HttpTool", "PostAsync")] = "http_post", [("BrowserTool", "ClickAsync")] = "browser_click", [("BrowserTool", "FillAsync")] = "browser_fill", [("ModelTool", "AskAsync")] = "model_ask",
    };

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Of(Inspected at) =>
        [.. at.Calls.Select(call => Tools.GetValueOrDefault((call.TargetMethod.ContainingType.Name, call.TargetMethod.Name))).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
