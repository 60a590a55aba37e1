namespace Steward.Connectors.Models;

/// <summary>Whose words a model's server speaks.</summary>
public enum ModelProvider
{
    /// <summary>Anthropic's Messages API.</summary>
    Anthropic,

    /// <summary>OpenAI's chat completions, which Ollama, LM Studio, vLLM, Gemini and many others speak as well.</summary>
    OpenAI,
}
