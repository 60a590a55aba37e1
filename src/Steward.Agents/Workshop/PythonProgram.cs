using System.Globalization;

namespace Steward.Agents.Workshop;

/// <summary>The machine's Python.</summary>
/// <param name="Program">The interpreter.</param>
/// <param name="Readable">What a box has to see of the machine for it to start.</param>
public sealed record PythonProgram(string Program, IReadOnlyList<string> Readable)
{
    // The oldest that is still in use where servers run.
    private const int OldestMinor = 9;

    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin"];

    /// <summary>The machine's own, not one that a version manager has put before it; null where there is none that will do.</summary>
    public static PythonProgram? OfThisMachine { get; } = Folders.Select(Find).FirstOrDefault(found => found is not null);

    private static PythonProgram? Find(string folder)
    {
        var link = new FileInfo(Path.Combine(folder, "python3"));
        var program = (link.ResolveLinkTarget(returnFinalTarget: true) ?? link).FullName;
        var name = Path.GetFileName(program);
        var libraries = Path.GetFullPath(Path.Combine(folder, "..", "lib"));
        return File.Exists(program) && name.StartsWith("python3.", StringComparison.Ordinal) && Directory.Exists(Path.Combine(libraries, name))
            && int.TryParse(name.AsSpan("python3.".Length), CultureInfo.InvariantCulture, out var minor) && minor >= OldestMinor
            ? new PythonProgram(program, [program, Path.Combine(libraries, name), .. Directory.GetFiles(libraries, "libpython3*")])
            : null;
    }
}
