using System.Text.Json.Nodes;

namespace Steward.Simulation.Models;

/// <summary>
/// A language model behind Anthropic's Messages API and OpenAI's chat completions. Nothing thinks here: it says what a test told
/// it to, and its words begin by saying so, or what a real model once said, and its name says so.
/// </summary>
public sealed class SimulatedModel
{
    /// <summary>What every answer begins with that was not recorded.</summary>
    public const string Disclaimer = "[simulated, no model was asked] ";

    /// <summary>What the name of the model begins with in an answer that was recorded.</summary>
    public const string Replay = "replay:";

    private const int MaxQuestions = 10_000;
    private readonly Lock sync = new();
    private readonly List<JsonObject> questions = [];
    private readonly Dictionary<string, ModelRecording> recordings = new(StringComparer.Ordinal);
    private readonly Queue<ModelEnd> ends = [];
    private readonly Queue<string> lines = [];
    private string? words = "The last line says what failed.";
    private string disclaimer = Disclaimer;

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

    /// <summary>From now on it says this, after <see cref="Disclaimer"/>, to whatever there is no recording for.</summary>
    public void Says(string text)
    {
        lock (sync)
        {
            (words, disclaimer) = (text, Disclaimer);
        }
    }

    /// <summary>From now on it says exactly this, to whatever there is no recording for: for tests that read the answer as JSON or as a program.</summary>
    public void SaysExactly(string text)
    {
        lock (sync)
        {
            (words, disclaimer) = (text, "");
        }
    }

    /// <summary>It says exactly these, one to each question, before whatever else it would say.</summary>
    public void SaysNext(params IEnumerable<string> texts)
    {
        lock (sync)
        {
            foreach (var text in texts)
            {
                lines.Enqueue(text);
            }
        }
    }

    /// <summary>
    /// From now on it answers from recordings, found by the user's turn; of two for the same the later one counts. A question
    /// without one gets 404, unless <see cref="Says"/> comes after this.
    /// </summary>
    public void Replays(IEnumerable<ModelRecording> exchanges)
    {
        lock (sync)
        {
            words = null;
            foreach (var recording in exchanges)
            {
                recordings[ModelRecording.Key(recording.Data)] = recording;
            }
        }
    }

    /// <summary>The next answers end so, one each, before it answers as usual again.</summary>
    public void Ends(params IEnumerable<ModelEnd> next)
    {
        lock (sync)
        {
            foreach (var end in next)
            {
                ends.Enqueue(end);
            }
        }
    }

    /// <summary>Takes a question; null when there is nothing to say to it.</summary>
    internal Spoken? Take(JsonObject question, string data, string model)
    {
        lock (sync)
        {
            if (questions.Count == MaxQuestions)
            {
                questions.RemoveAt(0);
            }

            questions.Add((JsonObject)question.DeepClone());
            var spoken = lines.TryDequeue(out var line) ? new Spoken(line, ModelEnd.Whole, model)
                : recordings.TryGetValue(ModelRecording.Key(data), out var recording) ? new Spoken(recording.Answer, ModelEnd.Whole, Replay + recording.Model)
                : words is null ? null
                : new Spoken(disclaimer + words, ModelEnd.Whole, model);
            return spoken is not null && ends.TryDequeue(out var end) ? Ended(spoken, end) : spoken;
        }
    }

    private static Spoken Ended(Spoken spoken, ModelEnd end) => spoken with
    {
        End = end,
        Text = end switch
        {
            ModelEnd.Whole => spoken.Text,
            ModelEnd.Cut => spoken.Text[..(spoken.Text.Length / 2)],
            _ => "",
        },
    };
}
