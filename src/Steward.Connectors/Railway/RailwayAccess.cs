namespace Steward.Connectors.Railway;

/// <summary>How one environment is reached: its settings after the default's have filled the gaps.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Endpoint">The GraphQL endpoint.</param>
/// <param name="Token">The token; empty when Railway is not used.</param>
/// <param name="TokenKind">Whose token it is.</param>
/// <param name="Key">Where the environment is in the settings: <c>Railway</c> or <c>Railway:Environments:staging</c>.</param>
/// <param name="TokenKey">Where its token is in the settings, in the same form.</param>
internal sealed record RailwayAccess(
    RailwayEnvironment Environment, string Endpoint, string Token, RailwayTokenKind TokenKind, string Key, string TokenKey)
{
    /// <summary>All environments of the settings, the default first, the others by name.</summary>
    public static IEnumerable<RailwayAccess> Of(RailwayOptions options)
    {
        yield return new RailwayAccess(
            new RailwayEnvironment(options.EnvironmentName, options.ProjectId, options.EnvironmentId) { IsDefault = true },
            options.Endpoint, options.Token, options.TokenKind, RailwayOptions.Section, RailwayOptions.Section);
        foreach (var (name, said) in options.Environments.OrderBy(environment => environment.Key, StringComparer.Ordinal))
        {
            var key = $"{RailwayOptions.Section}:{nameof(RailwayOptions.Environments)}:{name}";
            var own = said.Token.Length > 0;
            yield return new RailwayAccess(
                new RailwayEnvironment(name, said.ProjectId.Length > 0 ? said.ProjectId : options.ProjectId, said.EnvironmentId),
                options.Endpoint, own ? said.Token : options.Token, said.TokenKind ?? options.TokenKind, key, own ? key : RailwayOptions.Section);
        }
    }
}
