using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;

namespace Steward.Connectors.Models;

/// <summary>The exact calls to a model. Asking changes nothing there, but what is asked leaves the house and costs money.</summary>
public sealed class ModelCalls(IOptions<ModelOptions> options)
{
    /// <summary>Asks a model.</summary>
    public const string AskAction = "model.ask";

    /// <summary>Ask a model. The call holds the length and the SHA-256 of the question in place of its words.</summary>
    public Call Ask(ModelQuestion question) => new(AskAction, $"model/{options.Value.Model}", new JsonObject
    {
        ["maxTokens"] = options.Value.MaxTokens,
        ["characters"] = question.Instructions.Length + question.Data.Length,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{question.Instructions}\n{question.Data}"))),
    });
}
