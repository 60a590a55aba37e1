namespace Steward.Connectors.Railway;

/// <summary>What Railway measures; the names are those of its schema.</summary>
public enum RailwayMeasurement
{
    /// <summary>Processor in use, in cores.</summary>
    CpuUsage,

    /// <summary>Processor that may be used, in cores.</summary>
    CpuLimit,

    /// <summary>Memory in use, in GB.</summary>
    MemoryUsageGb,

    /// <summary>Memory that may be used, in GB.</summary>
    MemoryLimitGb,

    /// <summary>Volumes in use, in GB.</summary>
    DiskUsageGb,

    /// <summary>Backups kept, in GB.</summary>
    BackupUsageGb,

    /// <summary>Network traffic in, in GB.</summary>
    NetworkRxGb,

    /// <summary>Network traffic out, in GB.</summary>
    NetworkTxGb,
}
