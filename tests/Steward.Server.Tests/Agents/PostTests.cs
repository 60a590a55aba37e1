using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents send, and what becomes of it when it is not known to have arrived.</summary>
public sealed class PostTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task A_connection_that_was_refused_has_no_effect_and_is_tried_again()
    {
        await using var rule = await AllowedAsync();
        var name = await at.MakeAsync(Posting($"http://127.0.0.1:{ClosedPort()}/", retries: 1));

        foreach (var run in new[] { await at.RunAsync(name), await at.RunAsync(name) })
        {
            Assert.Equal(("failed", 2), ((string?)run["state"], (int)run["attempt"]!));
            Assert.StartsWith("unreachable: ", (string?)run["text"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_nobody_knows_the_outcome_of_is_not_repeated_in_its_run_and_is_a_new_call_in_the_next()
    {
        await using var rule = await AllowedAsync();
        var name = await at.MakeAsync(Posting($"{at.Page}cut", retries: 1));

        for (var sent = 1; sent <= 2; sent++)
        {
            var run = await at.RunAsync(name);
            Assert.Equal(("refused", 2, sent), ((string?)run["state"], (int)run["attempt"]!, at.Cut));
            Assert.Contains("it is not repeated", (string?)run["text"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_body_is_sent_as_often_as_a_run_and_its_attempts_say_it()
    {
        await using var rule = await AllowedAsync();
        var asked = at.Asked;
        var name = await at.MakeAsync(AgentServer.Source(
            $$"""
            await context.Http.PostAsync(new Uri("{{at.Page}}"), "alive", "text/plain", cancellationToken);
            await context.Http.PostAsync(new Uri("{{at.Page}}"), "alive", "text/plain", cancellationToken);
            return context.Run.Attempt == 1 ? AgentResult.Failure("once more") : AgentResult.Success("");
            """, Declared(1)));

        Assert.Equal("succeeded", (string?)(await at.RunAsync(name))["state"]);
        Assert.Equal(asked + 4, at.Asked);
    }

    [Fact]
    public async Task The_same_body_is_sent_as_often_as_it_is_said_at_once()
    {
        await using var rule = await AllowedAsync();
        var asked = at.Asked;
        var name = await at.MakeAsync(AgentServer.Source(
            $$"""
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => context.Http.PostAsync(new Uri("{{at.Page}}"), "alive", "text/plain", cancellationToken)));
            return AgentResult.Success("sent");
            """, Declared(0)));

        Assert.Equal("sent", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal(asked + 5, at.Asked);
    }

    [Fact]
    public async Task What_is_not_sent_for_the_servers_certificate_is_tried_again()
    {
        await using var rule = await AllowedAsync();
        using var key = RSA.Create(2048);
        using var unknown = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(unknown)));
        await using var page = builder.Build();
        await page.StartAsync(AgentServer.Ending);
        var name = await at.MakeAsync(Posting(page.Urls.First(), retries: 1));

        var run = await at.RunAsync(name);

        Assert.Equal(("failed", 2), ((string?)run["state"], (int)run["attempt"]!));
        Assert.StartsWith("certificate: ", (string?)run["text"], StringComparison.Ordinal);
    }

    private Task<IAsyncDisposable> AllowedAsync() => at.Server.RuleAsync("posting", "allow", "A test sends.", "http.post");

    private static string Posting(string url, int retries) => AgentServer.Source(
        $$"""
        try { await context.Http.PostAsync(new Uri("{{url}}"), "alive", "text/plain", cancellationToken); return AgentResult.Success("sent"); }
        catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }
        """, Declared(retries));

    private static string Declared(int retries) => $$""", "tools": { "http": { "hosts": ["127.0.0.1"] } }, "limits": { "retries": {{retries}} }""";

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
