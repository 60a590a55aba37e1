namespace Steward.Kernel.Tests;

public sealed class IdsTests
{
    private readonly DrivenClock clock = new();

    [Fact]
    public void Identifiers_sort_in_the_order_of_their_creation_also_within_an_instant()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3000; i++)
        {
            ids.Add($"{Ids.New(clock)}");
            clock.Now += i % 1000 == 999 ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void An_identifier_is_of_version_7_and_holds_its_time()
    {
        var id = Ids.New(clock);

        Assert.Equal(7, id.Version);
        Assert.Equal(8, id.Variant & 0xC);
        Assert.StartsWith($"{clock.Now.ToUnixTimeMilliseconds():x12}", $"{id:N}", StringComparison.Ordinal);
    }

    private sealed class DrivenClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
