namespace Steward.Connectors.Models;

/// <summary>An answer that was held against its question.</summary>
/// <param name="Reading">As it came.</param>
/// <param name="Text">The words, or the JSON alone.</param>
/// <param name="Fault">What is wrong with it; null when it can be used.</param>
/// <param name="Why">The same for people.</param>
internal sealed record JudgedAnswer(ModelReading Reading, string Text, AnswerFault? Fault = null, string? Why = null);

/// <summary>Says whether an answer can be used. Pure.</summary>
internal static class JudgeAnswer
{
    public static JudgedAnswer Of(ModelReading reading, ModelQuestion question)
    {
        if (reading.IsRefusal)
        {
            return new(reading, reading.Text, AnswerFault.Refused, $"{reading.Model} refused to answer ({reading.StopReason}).");
        }

        if (string.IsNullOrWhiteSpace(reading.Text))
        {
            return new(reading, "", AnswerFault.Empty, $"{reading.Model} answered without a word ({reading.StopReason}).");
        }

        if (question.Schema is not { } schema)
        {
            return new(reading, reading.Text);
        }

        if (!reading.IsWhole)
        {
            return new(reading, reading.Text, AnswerFault.Cut,
                $"{reading.Model} was cut off ({reading.StopReason}), and half of a JSON document is of no use. Models:MaxTokens and Models:LongMaxTokens say how long an answer may be.");
        }

        return JsonAnswer.Read(reading.Text, schema, out var wrong) is { } json
            ? new(reading, json)
            : new(reading, reading.Text, AnswerFault.NotJson, $"{reading.Model} did not answer as it was asked to: {wrong}.");
    }
}
