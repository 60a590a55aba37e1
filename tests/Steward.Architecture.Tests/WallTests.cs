namespace Steward.Architecture.Tests;

/// <summary>The walls of the house, proved from what was built.</summary>
public sealed class WallTests
{
    private const int LongestFile = 300;

    private static readonly string Root = FindRoot();
    private static readonly IReadOnlyList<Room> Rooms = ReadRooms();

    [Fact]
    public void Every_project_was_read()
    {
        Assert.Contains(Rooms, room => room.Name == "Steward.Kernel");
        Assert.Contains(Rooms, room => room.Name == "Steward.Governance");
        Assert.Equal(Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName).Order(), Rooms.Select(room => room.Name).Order());
    }

    [Fact]
    public void Every_room_is_in_the_plan() => AssertNone(Walls.UnknownRooms);

    [Fact]
    public void Rooms_know_only_the_rooms_below_them() => AssertNone(Walls.WrongArrows);

    [Fact]
    public void A_vendors_package_stays_in_its_room() => AssertNone(Walls.StrayVendors);

    [Fact]
    public void Nobody_can_construct_a_permit() => AssertNone(Walls.OpenPermits);

    [Fact]
    public void Only_governance_constructs_permits()
    {
        Assert.Contains(Rooms, room => room.Types.Contains("Steward.Governance.Calls.Permit"));
        AssertNone(Walls.ForgedPermits);
    }

    [Fact]
    public void Internals_are_shown_to_the_rooms_own_tests_only() => AssertNone(Walls.FalseFriends);

    [Fact]
    public void No_method_is_async_void() => AssertNone(Walls.AsyncVoids);

    [Fact]
    public void No_type_has_an_empty_name() => AssertNone(Walls.EmptyNames);

    [Fact]
    public void Only_connectors_speak_to_the_outside() => AssertNone(Walls.BackDoors);

    [Fact]
    public void Files_are_short()
    {
        var files = new[] { "src", "tests" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => Walls.LongFiles(Path.GetRelativePath(Root, file), File.ReadLines(file).Count(), LongestFile)));
    }

    private static void AssertNone(Func<Room, IEnumerable<string>> rule) => Assert.Empty(Rooms.SelectMany(rule));

    private static Room[] ReadRooms()
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return
        [
            .. Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName)
                .Select(name => Room.Read(name!, Path.Combine(Root, "artifacts", "bin", name!, configuration, FileOf(name!)))),
        ];
    }

    // The executable is named for what people type.
    private static string FileOf(string room) => room == "Steward.Server" ? "steward.dll" : $"{room}.dll";

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Steward.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory;
    }
}
