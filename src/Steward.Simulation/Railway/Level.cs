namespace Steward.Simulation.Railway;

/// <summary>A level over time: each value holds until the moment of the next. Read and changed under the platform's lock.</summary>
internal sealed class Level(double always)
{
    private const int MaxSteps = 1000;
    private readonly List<(DateTimeOffset Since, double Value)> steps = [(DateTimeOffset.MinValue, always)];

    public double At(DateTimeOffset time) => steps.FindLast(step => step.Since <= time).Value;

    /// <summary>Sets the level from a moment on, or for all time; what was set for later than that is forgotten.</summary>
    public void Set(double value, DateTimeOffset? since)
    {
        var from = since ?? DateTimeOffset.MinValue;
        steps.RemoveAll(step => step.Since >= from);
        steps.Add((from, value));
        if (steps.Count > MaxSteps)
        {
            // What is forgotten counts as what came after it.
            steps[1] = (DateTimeOffset.MinValue, steps[1].Value);
            steps.RemoveAt(0);
        }
    }

    /// <summary>Level times minutes between two moments.</summary>
    public double Sum(DateTimeOffset start, DateTimeOffset end)
    {
        var sum = 0d;
        for (var i = 0; i < steps.Count; i++)
        {
            var from = steps[i].Since > start ? steps[i].Since : start;
            var until = i + 1 < steps.Count && steps[i + 1].Since < end ? steps[i + 1].Since : end;
            sum += until > from ? (until - from).TotalMinutes * steps[i].Value : 0;
        }

        return sum;
    }
}
