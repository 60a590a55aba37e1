using System.Reflection;
using System.Text.Json.Nodes;

namespace Steward.Connectors.Tests.N8n;

/// <summary>The contract against a running n8n. Its workflows are named <c>steward-test-...</c> and are deleted again.</summary>
public sealed class RealN8nTests
{
    private const string Nobody = "(no n8n is named)";

    /// <summary>The contract's tests; one line that says why not, where there is no n8n.</summary>
    public static TheoryData<string> Promises => RealN8n.IsThere
        ? [.. typeof(N8nContract).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name)]
        : [Nobody];

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task A_real_n8n_keeps(string promise)
    {
        Assert.SkipWhen(promise == Nobody, RealN8n.WhyNot);
        await using var contract = new Contract();
        await contract.InitializeAsync();
        await (Task)typeof(N8nContract).GetMethod(promise)!.Invoke(contract, null)!;
    }

    // Not public, so that its tests are run by the theory above and not on their own.
    private sealed class Contract : N8nContract
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            RealN8n.Configure(settings);
        }

        protected override Task<JsonObject> HeaderCredentialAsync() =>
            RealN8n.MakeCredentialAsync(Unique, "httpHeaderAuth", new { name = "X-Steward-Key", value = WebhookKey }, Ending);
    }
}
