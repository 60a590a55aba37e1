namespace Steward.Operations.Observe;

/// <summary>Asks about many things, a few at a time: a first look at a hundred must not fill the queue to the provider.</summary>
internal static class FewAtATime
{
    /// <summary>The answers, in the order of the questions.</summary>
    /// <param name="questions">What is asked about.</param>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="ask">Asks about one.</param>
    public static async Task<IReadOnlyList<TAnswer>> AskAsync<TQuestion, TAnswer>(IEnumerable<TQuestion> questions, int atOnce, Func<TQuestion, Task<TAnswer>> ask)
    {
        var answers = new List<TAnswer>();
        foreach (var few in questions.Chunk(atOnce))
        {
            answers.AddRange(await Task.WhenAll(few.Select(ask)));
        }

        return answers;
    }
}
