namespace Steward.Testing;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes it below the system's temporary directory, for its owner only.</summary>
    public TempDirectory() => Location = Directory.CreateTempSubdirectory("steward-test-").FullName;

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
