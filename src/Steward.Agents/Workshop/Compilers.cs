using Microsoft.Extensions.Options;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>A compiler for each language.</summary>
internal sealed class Compilers(Sandbox sandbox, IOptions<AgentsOptions> options, TimeProvider clock) : IAsyncDisposable
{
    private readonly Dictionary<AgentLanguage, CompilerProcess> all = Enum.GetValues<AgentLanguage>().ToDictionary(language => language, language => new CompilerProcess(language, sandbox, options, clock));

    /// <summary>The one for a language.</summary>
    public CompilerProcess Of(AgentLanguage language) => all[language];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var compiler in all.Values)
        {
            await compiler.DisposeAsync();
        }
    }
}
