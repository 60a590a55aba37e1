using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Whatever address is asked is one of a declared host, as far back as the address can be followed.</summary>
internal static class HostRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        if (!at.Declared.IsRead)
        {
            yield break;
        }

        var calls = at.Calls.Where(call => call.TargetMethod.ContainingType.Name is "HttpTool" or "BrowserTool" && call.Arguments.Any(argument => argument.Parameter?.Name == "url"))
            .Select(call => (Call: call, Tool: call.TargetMethod.ContainingType.Name == "HttpTool" ? "http" : "browser", Origins: UrlOrigin.Of(at, call.Arguments.First(argument => argument.Parameter!.Name == "url").Value))).ToList();
        foreach (var (call, tool, origins) in calls)
        {
            var declared = tool == "http" ? at.Declared.Hosts : at.Declared.BrowserHosts;
            foreach (var origin in origins)
            {
                if (Fault(at, tool, declared, origin) is { } fault)
                {
                    yield return Inspected.Error(fault.Id, fault.Words, call.Syntax);
                }
            }
        }

        var all = calls.SelectMany(call => call.Origins.Select(origin => (call.Tool, Origin: origin))).ToList();
        if (all.TrueForAll(one => one.Origin.Source is HostSource.Constant or HostSource.Setting))
        {
            foreach (var host in at.Declared.Hosts.Where(host => !all.Any(one => one.Tool == "http" && IsNear(host, one.Origin))))
            {
                yield return at.DeclarationError("AGENT125", $"The host '{host}' of \"http\" is declared and never asked. Take it out: an agent reaches no more than it needs.");
            }
        }
    }

    private static (string Id, string Words)? Fault(Inspected at, string tool, IReadOnlyList<string> declared, UrlOrigin origin) => origin.Source switch
    {
        HostSource.Constant when !declared.Contains(origin.Name) => ("AGENT123", $"The host '{origin.Name}' is not declared. Add it to \"{tool}\": {{ \"hosts\": [...] }}, or ask a declared one."),
        HostSource.Setting when !declared.Contains($"{{{origin.Name.ToLowerInvariant()}}}") => ("AGENT123", $"The address comes from the setting '{origin.Name}', whose host is not declared. Add \"{{{origin.Name}}}\" to \"{tool}\": {{ \"hosts\": [...] }}."),
        HostSource.List when !at.Declared.Settings.ContainsKey(origin.Name) => ("AGENT123", $"The addresses come from the setting '{origin.Name}', which is not declared."),
        HostSource.Unknown => ("AGENT124", $"Where this address leads cannot be followed{(origin.Name.Length > 0 ? $": {origin.Name}" : "")}. Write its host as a constant (https://api.example.org/...), or take it from a setting of type url with context.Settings.Url; only path and query may come from elsewhere."),
        _ => null,
    };

    // Redirects lead to declared hosts only: example.org and www.example.org go together.
    private static bool IsNear(string declared, UrlOrigin used) => used.Source == HostSource.Setting
        ? declared == $"{{{used.Name.ToLowerInvariant()}}}"
        : declared == used.Name || Domain(declared) == Domain(used.Name);

    private static string Domain(string host) => string.Join('.', host.Split('.').TakeLast(2));
}
