using System.Diagnostics.CodeAnalysis;

namespace Steward.Kernel;

/// <summary>Either a value or the refusal that came instead of it.</summary>
public sealed class Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The value, when <see cref="IsRefused"/> is false.</summary>
    public T? Value { get; }

    /// <summary>The refusal, when <see cref="IsRefused"/> is true.</summary>
    public Refusal? Refusal { get; }

    /// <summary>True when there is a refusal in place of a value.</summary>
    [MemberNotNullWhen(true, nameof(Refusal))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsRefused => Refusal is not null;

    /// <summary>Wraps a value.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Written as plain return statements; a named twin would never be called.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>Wraps a refusal.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Written as plain return statements; a named twin would never be called.")]
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
