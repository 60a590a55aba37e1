using System.Text.RegularExpressions;

namespace Steward.Connectors.Tests.Railway;

/// <summary>
/// Every document against Railway's own schema, which lies beside the repository where there is one: it is not ours to
/// copy. Where it or node is missing the tests are skipped, but not in CI beside the schema.
/// </summary>
public sealed partial class RailwayContractTests
{
    private static readonly string Root = RepositoryRoot.Find();
    private static readonly string Schema = Path.GetFullPath(Path.Combine(Root, "..", "shared", "contracts", "railway.graphql"));
    private static readonly string Judge = Path.Combine(Root, "artifacts", "graphql-js");
    private static readonly Lock Installing = new();
    private static Task<string?>? installation;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_document_holds_one_operation_of_the_same_name()
    {
        var documents = Documents();
        Assert.Equal(18, documents.Count);
        Assert.All(documents, document =>
        {
            var operation = Assert.Single(Operation().Matches(document.Value));
            Assert.Equal(document.Key, operation.Groups["name"].Value);
        });
    }

    [Fact]
    public async Task Every_document_fits_Railways_schema()
    {
        await ReadyOrSkipAsync();

        var mistakes = await GraphQlJs.ValidateAsync(Judge, Schema, Documents(), Ending);

        Assert.Equal(18, mistakes.Count);
        Assert.All(mistakes, document => Assert.True(document.Value.Count == 0, $"{document.Key}: {string.Join(" / ", document.Value)}"));
    }

    [Fact]
    public async Task The_judge_refuses_what_the_original_client_sent()
    {
        await ReadyOrSkipAsync();
        var wrong = new Dictionary<string, string>
        {
            ["id-type"] = "query Deployment($id: ID!) { deployment(id: $id) { id } }",
            ["selection"] = "mutation DeploymentRollback($id: String!) { deploymentRollback(id: $id) { id status } }",
            ["field"] = "query RuntimeLogs($id: String!) { runtimeLogs(deploymentId: $id) { lines { message } } }",
            ["syntax"] = "query {",
        };

        var mistakes = await GraphQlJs.ValidateAsync(Judge, Schema, wrong, Ending);

        Assert.All(wrong.Keys, name => Assert.NotEmpty(mistakes[name]));
    }

    private static Dictionary<string, string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", "Steward.Connectors", "Railway", "Documents"), "*.graphql")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    private static async Task ReadyOrSkipAsync()
    {
        if (!File.Exists(Schema))
        {
            // In CI a folder that is there without its schema is a mistake; no folder at all is somebody else's machine.
            Assert.False(MustRun(), $"Railway's schema is not at {Schema}.");
            Assert.Skip($"Railway's schema is not at hand ({Schema}).");
        }

        if (await InstallOnceAsync() is { } obstacle)
        {
            Assert.False(MustRun(), obstacle);
            Assert.Skip(obstacle);
        }
    }

    private static Task<string?> InstallOnceAsync()
    {
        lock (Installing)
        {
            return installation ??= GraphQlJs.InstallAsync(Judge, Ending);
        }
    }

    private static bool MustRun() =>
        Environment.GetEnvironmentVariable("CI") == "true" && Directory.Exists(Path.Combine(Root, "..", "shared", "contracts"));

    [GeneratedRegex(@"^(query|mutation|subscription)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Operation();
}
