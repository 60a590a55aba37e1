using System.Security.Cryptography;
using System.Text;

namespace Steward.Kernel;

/// <summary>One name for one text, however long or secret it is.</summary>
public static class TextHash
{
    /// <summary>SHA-256 of the text as UTF-8, as 64 lower-case hexadecimal digits.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
