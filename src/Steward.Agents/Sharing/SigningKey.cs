using System.Security.Cryptography;
using Steward.Kernel;

namespace Steward.Agents.Sharing;

/// <summary>
/// Signatures of files: ECDSA on P-256 over SHA-256, r and s in 64 bytes. A file's version stands for that and nothing else, so no
/// file can ask for something weaker.
/// </summary>
internal static class SigningKey
{
    private const string P256 = "1.2.840.10045.3.1.7";

    // What a public key of this curve has as SubjectPublicKeyInfo.
    private const int PublicLength = 91;

    /// <summary>A new private key, as PKCS #8 in base64.</summary>
    public static Secret Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Secret(Convert.ToBase64String(key.ExportPkcs8PrivateKey()));
    }

    /// <summary>The public key of a private one, as SubjectPublicKeyInfo.</summary>
    public static byte[] PublicOf(Secret privateKey)
    {
        using var key = Private(privateKey);
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>The signature of a text.</summary>
    public static byte[] Sign(Secret privateKey, byte[] text)
    {
        using var key = Private(privateKey);
        return key.SignData(text, HashAlgorithmName.SHA256);
    }

    /// <summary>True when the owner of the public key signed exactly this text. A key that is none, or of another kind, signed nothing.</summary>
    public static bool Verify(byte[] publicKey, byte[] text, byte[] signature)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            // One key has one writing, and so one fingerprint.
            return read == publicKey.Length && key.ExportParameters(false).Curve.Oid.Value == P256 && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey)
                && key.VerifyData(text, signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Whether something can be a public key, by its length.</summary>
    public static bool IsPublicKey(byte[] bytes) => bytes.Length == PublicLength;

    /// <summary>By what people know a public key: its SHA-256, as 64 hexadecimal digits.</summary>
    public static string Fingerprint(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    private static ECDsa Private(Secret privateKey)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(privateKey.Reveal()), out _);
        return key;
    }
}
