namespace Steward.Connectors.Tests.Railway;

internal static class RepositoryRoot
{
    /// <summary>The folder of Steward.slnx, above this program.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Steward.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Steward.slnx is nowhere above this program.");
    }
}
