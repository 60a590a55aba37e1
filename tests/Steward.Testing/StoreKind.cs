namespace Steward.Testing;

/// <summary>The two stores. What holds on one has to hold on the other.</summary>
public enum StoreKind
{
    /// <summary>A file in a temporary directory.</summary>
    Sqlite,

    /// <summary>A database of its own in the private cluster of the test process.</summary>
    Postgres,
}
