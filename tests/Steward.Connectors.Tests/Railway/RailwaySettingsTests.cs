using System.ComponentModel.DataAnnotations;
using Steward.Connectors.Railway;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwaySettingsTests
{
    private readonly RailwayOptions options = new()
    {
        Token = "token",
        TokenKind = RailwayTokenKind.Project,
        EnvironmentId = "e1",
        Environments = { ["staging"] = new() { EnvironmentId = "e2", Token = "other" } },
    };

    [Fact]
    public void Environments_of_their_own_are_right() => Assert.Empty(Faults());

    [Theory]
    [InlineData("Staging")]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("web@x")]
    [InlineData("staging\n")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx")]
    public void A_name_is_1_to_40_small_letters_digits_and_hyphens(string name)
    {
        options.Environments = new() { [name] = new() { EnvironmentId = "e2", Token = "other" } };
        Assert.Equal([$"Environments:{name}"], Faults());

        options.Environments = [];
        options.EnvironmentName = name;
        Assert.Equal(["EnvironmentName"], Faults());
    }

    [Fact]
    public void The_defaults_name_is_taken()
    {
        options.EnvironmentName = "staging";
        Assert.Equal(["Environments:staging"], Faults());
    }

    [Fact]
    public void No_environment_is_watched_twice()
    {
        options.Environments["preview"] = new() { EnvironmentId = "e2", Token = "third" };
        Assert.Equal(["Environments:preview:EnvironmentId", "Environments:staging:EnvironmentId"], Faults());

        options.Environments = new() { ["preview"] = new() { EnvironmentId = "e1", Token = "third" } };
        Assert.Equal(["Environments:preview:EnvironmentId"], Faults());
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        options.Environments["staging"] = new();
        Assert.Equal(["Environments:staging:EnvironmentId", "Environments:staging:Token"], Faults());

        options.TokenKind = RailwayTokenKind.Account;
        Assert.Equal(["Environments:staging:EnvironmentId"], Faults());

        options.Token = "";
        Assert.Equal(["Token", "Environments:staging:EnvironmentId"], Faults());
    }

    private IEnumerable<string> Faults() => options.Validate(new ValidationContext(options)).Select(fault => fault.MemberNames.Single());
}
