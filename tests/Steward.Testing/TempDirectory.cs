namespace Steward.Testing;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes it below the system's temporary directory, for its owner only.</summary>
    public TempDirectory() => Location = Directory.CreateTempSubdirectory("steward-test-").FullName;

    private TempDirectory(string location) => Location = location;

    /// <summary>Makes it in memory where the system has a place for that: what is written there is not kept through a loss of power, and costs no waiting for a disk.</summary>
    public static TempDirectory InMemory() => Directory.Exists("/dev/shm")
        ? new TempDirectory(Directory.CreateDirectory($"/dev/shm/steward-test-{Guid.CreateVersion7()}").FullName)
        : new TempDirectory();

    /// <summary>Where it is.</summary>
    public string Location { get; }

    /// <summary>The path of a file or directory inside it.</summary>
    public string this[string name] => Path.Combine(Location, name);

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Directory.Delete(Location, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it itself.
        }
    }
}
