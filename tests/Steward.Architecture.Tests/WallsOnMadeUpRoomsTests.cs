namespace Steward.Architecture.Tests;

/// <summary>Each wall holds against a room that was made up to break it, and lets a good one be.</summary>
public sealed class WallsOnMadeUpRoomsTests
{
    private static readonly Room Good = new("Steward.Operations", ["System.Runtime", "Steward.Connectors", "Steward.Kernel"], ["Steward.Operations.Observe"],
        ["System.String"], ["Steward.Governance.Calls.Permit::RunAsync"], [], ["Steward.Operations.Observe"], ["Steward.Operations.Tests"]);

    [Fact]
    public void A_room_that_is_not_in_the_plan() => Breaks(Walls.UnknownRooms, Good with { Name = "Steward.Common" });

    [Theory]
    [InlineData("Steward.Operations", "Steward.Agents")]
    [InlineData("Steward.Operations", "Steward.Sandboxing")]
    [InlineData("Steward.Operations", "Steward.Server")]
    [InlineData("Steward.Kernel", "Steward.Platform")]
    [InlineData("Steward.Platform", "Steward.Governance")]
    [InlineData("Steward.AgentHost", "Steward.Kernel")]
    [InlineData("Steward.Simulation", "Steward.Connectors")]
    [InlineData("Steward.Server", "Steward.AgentHost")]
    public void An_arrow_that_points_the_wrong_way(string from, string to) => Breaks(Walls.WrongArrows, Good with { Name = from, References = [to] });

    [Theory]
    [InlineData("Npgsql")]
    [InlineData("Polly.Core")]
    [InlineData("Anthropic")]
    [InlineData("OpenAI")]
    [InlineData("Microsoft.Extensions.AI.Abstractions")]
    [InlineData("YamlDotNet")]
    [InlineData("Spectre.Console")]
    [InlineData("Microsoft.CodeAnalysis.CSharp")]
    public void A_vendors_package_in_another_room(string package) => Breaks(Walls.StrayVendors, Good with { References = [package] });

    [Fact]
    public void A_permit_with_an_open_constructor() => Breaks(Walls.OpenPermits, Good with { Constructors = ["Steward.Governance.Calls.Permit"] });

    [Fact]
    public void A_room_that_constructs_permits() => Breaks(Walls.ForgedPermits, Good with { UsedMembers = ["Steward.Governance.Calls.Permit::.ctor"] });

    [Fact]
    public void A_room_that_shows_its_internals() => Breaks(Walls.FalseFriends, Good with { Friends = ["Steward.Server"] });

    [Fact]
    public void An_async_void_method() => Breaks(Walls.AsyncVoids, Good with { AsyncVoids = ["Steward.Operations.Observe::Go"] });

    [Theory]
    [InlineData("Steward.Operations.DeploymentService")]
    [InlineData("Steward.Operations.PathUtils")]
    public void A_name_that_says_nothing(string name) => Breaks(Walls.EmptyNames, Good with { Types = [name] });

    [Fact]
    public void A_back_door() => Breaks(Walls.BackDoors, Good with { UsedTypes = ["System.Net.Http.HttpClient"] });

    [Fact]
    public void A_long_file()
    {
        Assert.Single(Walls.LongFiles("x.cs", 301, 300));
        Assert.Empty(Walls.LongFiles("x.cs", 300, 300));
    }

    [Fact]
    public void The_reader_sees_what_is_there()
    {
        var self = Room.Read("Steward.Architecture.Tests", typeof(WallsOnMadeUpRoomsTests).Assembly.Location);

        Assert.Contains("Steward.Architecture.Tests.WallsOnMadeUpRoomsTests::Bad", self.AsyncVoids);
        Assert.DoesNotContain("Steward.Architecture.Tests.WallsOnMadeUpRoomsTests::Fine", self.AsyncVoids);
        Assert.Contains("System.Net.Http.HttpClient", self.UsedTypes);
        Assert.Contains("System.Net.Http.HttpClient::.ctor", self.UsedMembers);
        Assert.Contains("Steward.Architecture.Tests.WallTests", self.Constructors);
        Assert.DoesNotContain("Steward.Architecture.Tests.WallsOnMadeUpRoomsTests.Closed", self.Constructors);
        Assert.Contains("Steward.Architecture.Tests.WallsOnMadeUpRoomsTests.Closed", self.Types);
        Assert.Contains("xunit.v3.assert", self.References);
        Closed.Make();
        Bad();
        _ = Fine<int>();
    }

    private static void Breaks(Func<Room, IEnumerable<string>> rule, Room bad)
    {
        Assert.NotEmpty(rule(bad));
        Assert.Empty(rule(Good));
    }

#pragma warning disable CA1822, VSTHRD100 // An example of what is forbidden.
    private static async void Bad() => await Task.Yield();
#pragma warning restore CA1822, VSTHRD100

    private static async Task<T?> Fine<T>()
    {
        await Task.Yield();
        return default;
    }

    private sealed class Closed
    {
        private Closed()
        {
        }

        public static void Make()
        {
            using var client = new HttpClient();
            Assert.NotNull(new Closed());
            Assert.NotNull(client);
        }
    }
}
