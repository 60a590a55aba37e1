using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>What is left of many boxes. Alone, for it counts what the whole process has open.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Collection(Name)]
public sealed class LeakTests(Intruder intruder) : IClassFixture<Intruder>
{
    private const string Name = "alone";

    [Fact]
    public async Task A_hundred_boxes_one_after_the_other_leave_nothing_behind()
    {
        // What .NET keeps for as many at once is not left of a box.
        for (var n = 0; n < 4; n++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => intruder.TryAsync("hello")));
        }

        var (files, boxes) = (OpenFiles(), Boxes());
        for (var n = 0; n < 20; n++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => intruder.TryAsync("hello")));
        }

        try
        {
            await Eventually.HoldsAsync(() => OpenFiles() <= files && Boxes() <= boxes, "everything is given back", TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{files} files and {boxes} boxes became {OpenFiles()} and {Boxes()}: {string.Join(' ', Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget))}", e);
        }
    }

    // Without the assemblies, which .NET opens when it first needs one.
    private static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    private static int Boxes() => Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])).Count(path =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline")).Contains("Steward.Intruder.dll", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
