using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>The tools that are used are declared, those that are declared are used, and they are called by their faces alone.</summary>
internal static class ToolRule
{
    // The face of each tool, and what a declaration calls it.
    private static readonly Dictionary<string, string> Faces = new(StringComparer.Ordinal)
    {
        ["HttpTool"] = "http", ["BrowserTool"] = "browser", ["FilesTool"] = "files", ["NotifyTool"] = "notify", ["MemoryTool"] = "memory", ["ModelTool"] = "model",
        ["AgentsTool"] = "agents", ["GitHubTool"] = "github", ["RailwayTool"] = "railway", ["N8nTool"] = "n8n",
    };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var used = new Dictionary<string, IInvocationOperation>(StringComparer.Ordinal);
        foreach (var call in at.Calls.Where(call => Faces.ContainsKey(call.TargetMethod.ContainingType.Name)))
        {
            used.TryAdd(Faces[call.TargetMethod.ContainingType.Name], call);
        }

        foreach (var (tool, call) in used.Where(one => at.Declared.IsRead && !at.Declared.Tools.Contains(one.Key)))
        {
            yield return Inspected.Error("AGENT120", $"'{call.TargetMethod.Name}' needs the tool '{tool}', which is not declared. Add \"{tool}\" to \"tools\" in the declaration, or do without it.", call.Syntax);
        }

        // Pictures of the browser lie in the agent's folder.
        var takesPictures = at.Calls.Any(call => call.TargetMethod.Name == "ScreenshotAsync");
        foreach (var tool in at.Declared.Tools.Where(tool => !used.ContainsKey(tool) && Faces.ContainsValue(tool) && !(tool == "files" && takesPictures)))
        {
            yield return at.DeclarationError("AGENT121", $"The tool '{tool}' is declared and never used. Take it out of \"tools\": an agent has no more than it needs.");
        }

        // Calls of tests are held against nothing, and a test has what its bench recorded.
        foreach (var call in at.Operations.OfType<IInvocationOperation>().Where(call => Faces.ContainsKey(call.TargetMethod.ContainingType.Name) && at.IsTest(call.Syntax)))
        {
            yield return Inspected.Error("AGENT122", $"'{call.TargetMethod.Name}' is called in a class of tests. Call tools in the agent alone.", call.Syntax);
        }

        // What a delegate does is not seen where it is called: neither its address, nor how often, nor that it sends.
        foreach (var reference in at.Operations.OfType<IMethodReferenceOperation>().Where(reference => Faces.ContainsKey(reference.Method.ContainingType.Name)))
        {
            yield return Inspected.Error("AGENT122", $"'{reference.Method.Name}' is taken as a delegate, which hides what is asked of the tool. Call it where it is needed.", reference.Syntax);
        }

        foreach (var operation in at.Operations.Where(operation => !at.IsTest(operation.Syntax)))
        {
            if (operation is IPropertyReferenceOperation { Property: { Name: "Tools", ContainingType.Name: "AgentContext" } } or IInvocationOperation { TargetMethod: { Name: "CallAsync", ContainingType.Name: "ITools" } })
            {
                yield return Inspected.Error("AGENT122", "Tools by their bare names cannot be held against the declaration. Use context.Http, context.Notify, context.Memory and so on.", operation.Syntax);
            }
            else if (operation is IObjectCreationOperation { Constructor.ContainingType: { } made } && (Faces.ContainsKey(made.Name) || made.Name is "AgentContext" or "ScriptedTools" or "TestBench") && made.ContainingAssembly.Name == "Steward.Agents.Sdk")
            {
                yield return Inspected.Error("AGENT122", $"'{made.Name}' is not for agents to make. Use what the context has.", operation.Syntax);
            }
        }

        foreach (var type in at.Types.Where(type => type.AllInterfaces.Any(one => one is { Name: "ITools", ContainingAssembly.Name: "Steward.Agents.Sdk" })))
        {
            yield return Inspected.Error("AGENT122", "Tools are not for agents to make. Script what a test needs with bench.Tools.", type.DeclaringSyntaxReferences[0].GetSyntax());
        }
    }
}
