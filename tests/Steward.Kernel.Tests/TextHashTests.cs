namespace Steward.Kernel.Tests;

public sealed class TextHashTests
{
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values: "abc"; the second by sha256sum.
    [Theory]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void The_hash_of_a_text_is_its_SHA_256(string text, string hash) => Assert.Equal(hash, TextHash.Of(text));
}
