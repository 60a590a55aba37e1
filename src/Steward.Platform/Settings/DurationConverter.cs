using System.ComponentModel;
using System.Globalization;
using Steward.Kernel;

namespace Steward.Platform.Settings;

/// <summary>Reads spans of time in settings: <c>24:00:00</c> is a day there as well. Whatever else .NET takes for one stays one.</summary>
internal sealed class DurationConverter : TimeSpanConverter
{
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text && Duration.TryRead(text.Trim(), out var span) ? span : base.ConvertFrom(context, culture, value);
}
