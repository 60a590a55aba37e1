using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Steward.Architecture.Tests;

/// <summary>What the metadata of a built assembly says.</summary>
/// <param name="Name">The assembly: <c>Steward.Kernel</c>.</param>
/// <param name="References">The assemblies that it refers to.</param>
/// <param name="Types">The full names of its own types that the compiler did not make.</param>
/// <param name="UsedTypes">The full names of types of others that it uses.</param>
/// <param name="UsedMembers">The members of others that it uses: <c>Steward.X.Type::Member</c>.</param>
/// <param name="AsyncVoids">Its methods that are <c>async void</c>.</param>
/// <param name="Constructors">Its constructors that others could call: <c>Steward.X.Type</c>.</param>
/// <param name="Friends">The assemblies that see its internals.</param>
internal sealed record Room(
    string Name,
    IReadOnlyList<string> References,
    IReadOnlyList<string> Types,
    IReadOnlyList<string> UsedTypes,
    IReadOnlyList<string> UsedMembers,
    IReadOnlyList<string> AsyncVoids,
    IReadOnlyList<string> Constructors,
    IReadOnlyList<string> Friends)
{
    private const byte Void = 0x01;

    /// <summary>Reads a room's assembly without loading it.</summary>
    public static Room Read(string name, string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return new Room(
            name,
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.TypeDefinitions.Select(handle => NameOf(metadata, handle)).Where(name => !name.Contains('<', StringComparison.Ordinal))],
            [.. metadata.TypeReferences.Select(handle => NameOf(metadata, handle))],
            [.. metadata.MemberReferences.Select(metadata.GetMemberReference).Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member => $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}::{metadata.GetString(member.Name)}")],
            [.. Methods(metadata).Where(method => IsAsyncVoid(metadata, method.Method)).Select(method => $"{method.Type}::{metadata.GetString(method.Method.Name)}")],
            [.. Methods(metadata).Where(method => metadata.GetString(method.Method.Name) == ".ctor" && IsOpen(method.Method)).Select(method => method.Type)],
            [.. metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute)
                .Where(attribute => AttributeName(metadata, attribute).EndsWith(".InternalsVisibleToAttribute", StringComparison.Ordinal))
                .Select(attribute => FirstArgument(metadata, attribute))]);
    }

    private static IEnumerable<(string Type, MethodDefinition Method)> Methods(MetadataReader metadata) =>
        from handle in metadata.TypeDefinitions
        from method in metadata.GetTypeDefinition(handle).GetMethods()
        select (NameOf(metadata, handle), metadata.GetMethodDefinition(method));

    private static bool IsOpen(MethodDefinition method) =>
        (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsAsyncVoid(MetadataReader metadata, MethodDefinition method)
    {
        var isAsync = method.GetCustomAttributes().Any(handle =>
            AttributeName(metadata, metadata.GetCustomAttribute(handle)).EndsWith(".AsyncStateMachineAttribute", StringComparison.Ordinal));
        if (!isAsync)
        {
            return false;
        }

        var signature = metadata.GetBlobReader(method.Signature);
        if (signature.ReadSignatureHeader().IsGeneric)
        {
            signature.ReadCompressedInteger();
        }

        signature.ReadCompressedInteger();
        return signature.ReadByte() == Void;
    }

    private static string AttributeName(MetadataReader metadata, CustomAttribute attribute) => attribute.Constructor.Kind switch
    {
        HandleKind.MemberReference => NameOf(metadata, (TypeReferenceHandle)metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent),
        _ => NameOf(metadata, metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()),
    };

    private static string FirstArgument(MetadataReader metadata, CustomAttribute attribute)
    {
        var value = metadata.GetBlobReader(attribute.Value);
        value.ReadUInt16();
        return value.ReadSerializedString() ?? "";
    }

    private static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? $"{NameOf(metadata, outer)}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
