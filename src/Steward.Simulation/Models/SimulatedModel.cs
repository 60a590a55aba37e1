using System.Text.Json.Nodes;

namespace Steward.Simulation.Models;

/// <summary>
/// A language model behind Anthropic's Messages API. Nothing thinks here: it says what a test told it to, and its words
/// begin by saying so.
/// </summary>
public sealed class SimulatedModel
{
    /// <summary>What every answer begins with.</summary>
    public const string Disclaimer = "[simulated, no model was asked] ";

    private const int MaxQuestions = 10_000;
    private readonly Lock sync = new();
    private readonly List<JsonObject> questions = [];
    private string words = "The last line says what failed.";

    internal SimulatedModel()
    {
    }

    /// <summary>What it was asked, as the whole bodies of the requests that it took, oldest first; the newest 10 000. Copies.</summary>
    public IReadOnlyList<JsonObject> Questions
    {
        get
        {
            lock (sync)
            {
                return [.. questions.Select(one => (JsonObject)one.DeepClone())];
            }
        }
    }

    /// <summary>From now on it says this, after <see cref="Disclaimer"/>, whatever it is asked.</summary>
    public void Says(string text)
    {
        lock (sync)
        {
            words = text;
        }
    }

    internal string Take(JsonObject question)
    {
        lock (sync)
        {
            if (questions.Count == MaxQuestions)
            {
                questions.RemoveAt(0);
            }

            questions.Add((JsonObject)question.DeepClone());
            return Disclaimer + words;
        }
    }
}
