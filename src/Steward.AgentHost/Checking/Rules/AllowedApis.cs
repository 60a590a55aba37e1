using Microsoft.CodeAnalysis;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>
/// What of .NET a small program needs that computes and asks its tools: everything else is refused, also what a later .NET
/// adds. Namespaces whose types all compute, and of the others single types and members.
/// </summary>
internal static class AllowedApis
{
    private static readonly HashSet<string> Namespaces = new(StringComparer.Ordinal)
    {
        "Steward.Agents.Sdk", "Steward.Agents.Sdk.Tools", "Steward.Agents.Sdk.Testing",
        "System.Collections", "System.Collections.Generic", "System.Collections.Immutable", "System.Collections.Frozen", "System.Collections.ObjectModel", "System.Collections.Concurrent", "System.Collections.Specialized",
        "System.Linq", "System.Text", "System.Text.Json", "System.Text.Json.Nodes", "System.Text.Json.Serialization", "System.Text.RegularExpressions", "System.Text.Encodings.Web", "System.Text.Unicode",
        "System.Globalization", "System.Numerics", "System.Buffers", "System.Buffers.Text", "System.Xml", "System.Xml.Linq", "System.Xml.XPath",
    };

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "System.Object", "System.ValueType", "System.Enum", "System.Array", "System.String", "System.Char", "System.Boolean", "System.Byte", "System.SByte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
        "System.Int64", "System.UInt64", "System.Int128", "System.UInt128", "System.IntPtr", "System.UIntPtr", "System.Half", "System.Single", "System.Double", "System.Decimal", "System.Void", "System.Nullable", "System.Index", "System.Range",
        "System.Guid", "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan", "System.TimeZoneInfo", "System.DateTimeKind", "System.DayOfWeek", "System.TimeProvider",
        "System.Math", "System.MathF", "System.MidpointRounding", "System.Convert", "System.BitConverter", "System.Base64FormattingOptions", "System.Random", "System.Version", "System.Attribute",
        "System.StringComparison", "System.StringComparer", "System.StringSplitOptions", "System.StringNormalizationExtensions", "System.FormattableString", "System.MemoryExtensions", "System.Span", "System.ReadOnlySpan", "System.Memory", "System.ReadOnlyMemory", "System.ArraySegment",
        "System.Uri", "System.UriBuilder", "System.UriKind", "System.UriPartial", "System.UriHostNameType", "System.UriComponents", "System.UriFormat", "System.UriCreationOptions",
        "System.Tuple", "System.TupleExtensions", "System.ValueTuple", "System.Lazy", "System.Func", "System.Action", "System.Predicate", "System.Comparison", "System.Converter",
        "System.IDisposable", "System.IAsyncDisposable", "System.IEquatable", "System.IComparable", "System.IFormattable", "System.ISpanFormattable", "System.IFormatProvider", "System.ICustomFormatter", "System.IParsable", "System.ISpanParsable", "System.ICloneable",
        "System.FlagsAttribute", "System.ObsoleteAttribute", "System.AttributeUsageAttribute", "System.AttributeTargets", "System.ParamArrayAttribute",
        "System.IO.Stream", "System.IO.MemoryStream", "System.IO.StringReader", "System.IO.StringWriter", "System.IO.TextReader", "System.IO.TextWriter", "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.SeekOrigin",
        "System.Net.WebUtility", "System.Net.HttpStatusCode",
        "System.Threading.CancellationToken", "System.Threading.CancellationTokenSource", "System.Threading.CancellationTokenRegistration", "System.Threading.Interlocked", "System.Threading.SemaphoreSlim", "System.Threading.Lock", "System.Threading.Timeout",
        "System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask", "System.Threading.Tasks.TaskStatus", "System.Threading.Tasks.ConfigureAwaitOptions", "System.Threading.Tasks.TaskAsyncEnumerableExtensions",
        "System.Security.Cryptography.SHA256", "System.Security.Cryptography.SHA384", "System.Security.Cryptography.SHA512", "System.Security.Cryptography.SHA1", "System.Security.Cryptography.MD5",
        "System.Security.Cryptography.HMACSHA256", "System.Security.Cryptography.HMACSHA384", "System.Security.Cryptography.HMACSHA512", "System.Security.Cryptography.HashAlgorithm", "System.Security.Cryptography.HMAC", "System.Security.Cryptography.CryptographicOperations",
        "System.Runtime.CompilerServices.EnumeratorCancellationAttribute", "System.Runtime.CompilerServices.CallerArgumentExpressionAttribute", "System.Runtime.CompilerServices.CallerMemberNameAttribute", "System.Runtime.CompilerServices.ITuple",
        "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler", "System.Runtime.CompilerServices.ConfiguredTaskAwaitable", "System.Runtime.CompilerServices.ConfiguredCancelableAsyncEnumerable", "System.Runtime.CompilerServices.TupleElementNamesAttribute", "System.Runtime.CompilerServices.FormattableStringFactory",
        "System.Diagnostics.UnreachableException", "System.Diagnostics.CodeAnalysis.NotNullWhenAttribute", "System.Diagnostics.CodeAnalysis.NotNullAttribute", "System.Diagnostics.CodeAnalysis.MaybeNullWhenAttribute", "System.Diagnostics.CodeAnalysis.MaybeNullAttribute",
        "System.Diagnostics.CodeAnalysis.AllowNullAttribute", "System.Diagnostics.CodeAnalysis.DisallowNullAttribute", "System.Diagnostics.CodeAnalysis.MemberNotNullAttribute", "System.Diagnostics.CodeAnalysis.MemberNotNullWhenAttribute", "System.Diagnostics.CodeAnalysis.StringSyntaxAttribute", "System.Diagnostics.CodeAnalysis.DoesNotReturnAttribute",
        "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute",
    };

    // Of types that are not allowed as a whole, and of namespaces that otherwise are.
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "System.Type.Name", "System.Type.FullName", "System.Reflection.MemberInfo.Name", "System.IO.Path.Combine", "System.IO.Path.GetFileName", "System.IO.Path.GetFileNameWithoutExtension", "System.IO.Path.GetExtension", "System.IO.Path.GetDirectoryName",
        "System.IO.Path.ChangeExtension", "System.Environment.NewLine", "System.MulticastDelegate.op_Equality", "System.Delegate.op_Equality", "System.Delegate.op_Inequality",
    };

    private static readonly HashSet<string> NotThese = new(StringComparer.Ordinal)
    {
        "System.Xml.XmlUrlResolver", "System.Xml.XmlSecureResolver", "System.Xml.XmlPreloadedResolver", "System.Xml.XmlDataDocument", "System.Collections.Concurrent.Partitioner", "System.Collections.Concurrent.BlockingCollection", "System.Linq.ParallelEnumerable",
        "System.Linq.Queryable", "System.Text.CodePagesEncodingProvider",
    };

    private static readonly SymbolDisplayFormat Full = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Whether a type may be used.</summary>
    public static bool Allows(INamedTypeSymbol type)
    {
        var name = Name(type);
        return type.IsTupleType || !NotThese.Contains(name) && (Types.Contains(name) || Namespaces.Contains(type.ContainingNamespace.ToDisplayString()) || IsException(type) || (type.ContainingType is { } outer && Allows(outer)));
    }

    /// <summary>Whether a member may be used whatever its type is.</summary>
    public static bool Allows(ISymbol member) => Members.Contains($"{Name(member.ContainingType)}.{member.Name}");

    /// <summary>A type's name, without what it is made of.</summary>
    public static string Name(INamedTypeSymbol type) => (type.TupleUnderlyingType ?? type).OriginalDefinition.ToDisplayString(Full);

    private static bool IsException(INamedTypeSymbol type)
    {
        for (ITypeSymbol? one = type; one is not null; one = one.BaseType)
        {
            if (one.Name == "Exception" && one.ContainingNamespace.Name == "System")
            {
                return true;
            }
        }

        return false;
    }
}
