using System.Text;
using System.Text.Json.Nodes;

namespace Steward.Kernel.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : 2 }""", """{"a":2,"b":1}""")]
    [InlineData("""{"b":{"d":[],"c":{}},"a":[{"z":1,"y":2}]}""", """{"a":[{"y":2,"z":1}],"b":{"c":{},"d":[]}}""")]
    [InlineData("""{"B":1,"a":2,"A":3}""", """{"A":3,"B":1,"a":2}""")]
    [InlineData("""[3, 1, 2]""", "[3,1,2]")]
    [InlineData("""[1.0, 1, 1e2, -0, 0.10, 12345678901234567890]""", "[1.0,1,1e2,-0,0.10,12345678901234567890]")]
    [InlineData("""["\u00e9", "e\u0301", "\ud83d\ude00", "\/", "</x>"]""", """["é","é","\uD83D\uDE00","/","</x>"]""")]
    [InlineData("""["\u0001", "\"", "\\", "\n"]""", """["\u0001","\"","\\","\n"]""")]
    [InlineData("""{"é":1,"z":2,"":3}""", """{"":3,"z":2,"é":1}""")]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    public void One_meaning_has_one_text(string json, string expected) =>
        Assert.Equal(expected.Replace("\"é\",\"é\",", "\"é\",\"e\u0301\",", StringComparison.Ordinal), Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonNode.Parse(json))));

    [Fact]
    public void A_value_reads_back_as_it_was_written()
    {
        var written = new JsonObject { ["d"] = 0.1, ["m"] = 1.10m, ["l"] = long.MaxValue, ["t"] = "x", ["e"] = 1e300, ["f"] = 0.1f };

        var read = JsonNode.Parse(CanonicalJson.Bytes(written));

        Assert.Equal(CanonicalJson.Hash(written), CanonicalJson.Hash(read));
    }

    [Fact]
    public void The_hash_is_the_sha_256_of_the_text() => Assert.Equal(
        "d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772", // printf '{"a":2,"b":1}' | sha256sum
        CanonicalJson.Hash(JsonNode.Parse("""{"b":1,"a":2}""")));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":"b","c":"d"}""", """{"a":"b\",\"c\":\"d"}""")]
    [InlineData("""["é"]""", """["e\u0301"]""")]
    [InlineData("[[1],2]", "[[1,2]]")]
    public void Another_meaning_has_another_hash(string one, string other) =>
        Assert.NotEqual(CanonicalJson.Hash(JsonNode.Parse(one)), CanonicalJson.Hash(JsonNode.Parse(other)));
}
