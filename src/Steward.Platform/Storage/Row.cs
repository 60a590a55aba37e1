using System.Data.Common;
using System.Globalization;
using Steward.Kernel;

namespace Steward.Platform.Storage;

/// <summary>One row of an answer, read by column name in the types that both stores share.</summary>
public readonly struct Row(DbDataReader reader)
{
    /// <summary>Text that is there.</summary>
    public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

    /// <summary>Text, or null.</summary>
    public string? TextOrNull(string column) => IsNull(column) ? null : Text(column);

    /// <summary>A UUID that is there.</summary>
    /// <exception cref="FormatException">The text in its place is not as this server writes one.</exception>
    public Guid Uuid(string column)
    {
        var ordinal = reader.GetOrdinal(column);
        if (reader.GetFieldType(ordinal) != typeof(string))
        {
            return reader.GetGuid(ordinal);
        }

        // One text for one id: other spellings would be other ids to the store's own comparisons.
        var text = reader.GetString(ordinal);
        return Guid.TryParseExact(text, "D", out var id) && id.ToString() == text ? id : throw new FormatException($"'{text}' is not a UUID as it is stored here.");
    }

    /// <summary>A UUID, or null.</summary>
    public Guid? UuidOrNull(string column) => IsNull(column) ? null : Uuid(column);

    /// <summary>A 32-bit integer that is there.</summary>
    public int Int(string column) => reader.GetInt32(reader.GetOrdinal(column));

    /// <summary>A 32-bit integer, or null.</summary>
    public int? IntOrNull(string column) => IsNull(column) ? null : Int(column);

    /// <summary>A 64-bit integer that is there.</summary>
    public long Long(string column) => reader.GetInt64(reader.GetOrdinal(column));

    /// <summary>A floating point number, or null.</summary>
    public double? DoubleOrNull(string column) => IsNull(column) ? null : reader.GetDouble(reader.GetOrdinal(column));

    /// <summary>An instant in UTC that is there.</summary>
    public DateTimeOffset Time(string column)
    {
        var ordinal = reader.GetOrdinal(column);
        return reader.GetFieldType(ordinal) == typeof(string)
            ? UtcTime.Parse(reader.GetString(ordinal))
            : new DateTimeOffset(reader.GetDateTime(ordinal), TimeSpan.Zero);
    }

    /// <summary>An instant in UTC, or null.</summary>
    public DateTimeOffset? TimeOrNull(string column) => IsNull(column) ? null : Time(column);

    /// <summary>An enumeration that was stored by its name.</summary>
    public T Enum<T>(string column)
        where T : struct, Enum => System.Enum.Parse<T>(Text(column), ignoreCase: true);

    private bool IsNull(string column) => reader.IsDBNull(reader.GetOrdinal(column));

    /// <summary>How an enumeration is stored: its name in camelCase, which is also its JSON.</summary>
    public static string EnumText(Enum value)
    {
        var name = value.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(name[0])}{name.AsSpan(1)}");
    }
}
