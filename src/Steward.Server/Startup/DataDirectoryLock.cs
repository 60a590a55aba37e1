using Steward.Platform.Storage;

namespace Steward.Server.Startup;

/// <summary>Keeps a data directory to one server. The lock is the operating system's, so it ends with the process however that ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DataDirectoryLock(FileStream file) => this.file = file;

    /// <summary>Takes the directory.</summary>
    /// <exception cref="StorageException">Another server has it, or it cannot be written to.</exception>
    public static DataDirectoryLock Take(StorageOptions options)
    {
        var path = options.DataDirectory;
        try
        {
            var directory = OpenDatabase.DataDirectory(options);
            path = Path.Combine(directory, "server.lock");
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"The data directory {Path.GetFullPath(options.DataDirectory)} cannot be written to by this user. Change its owner, or name another with --data.", e);
        }
        catch (IOException e)
        {
            throw new StorageException(File.Exists(path)
                ? $"Another server uses the data directory {Path.GetFullPath(options.DataDirectory)}. Stop it first, or start this one with --data and a directory of its own."
                : $"The data directory {Path.GetFullPath(options.DataDirectory)} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => file.Dispose();
}
