using System.Text.Json.Nodes;

namespace Steward.Connectors.Tests.N8n;

public sealed class SimulatedN8nContractTests : N8nContract
{
    protected override Task<JsonObject> HeaderCredentialAsync() => Task.FromResult(new JsonObject { ["id"] = "simulated0000000", ["name"] = "Steward" });
}
