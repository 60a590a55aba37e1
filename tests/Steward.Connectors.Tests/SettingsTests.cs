using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Connectors.N8n;
using Steward.Connectors.Railway;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Tests;

public static class SettingsTests
{
    public sealed class Nothing : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
        }

        [Fact]
        public async Task A_vendor_that_is_not_set_up_is_there_and_names_the_missing_setting()
        {
            Assert.False(Railway.IsConfigured || Get<GitHubIssues>().IsConfigured || Get<N8nAlerts>().IsConfigured);

            var railway = await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));
            var github = await Assert.ThrowsAsync<ConnectorException>(() => Get<GitHubIssues>().FindIssueAsync(GitHubRepo.Parse("acme/shop"), "k", Ending));
            var permit = await PermitAsync(Get<N8nCalls>().SendAlert("k", []));
            var n8n = await Assert.ThrowsAsync<ConnectorException>(() => Get<N8nAlerts>().SendAsync(permit, "k", [], Ending));

            Assert.Contains("Railway:Token", railway.Message, StringComparison.Ordinal);
            Assert.Contains("GitHub:Token", github.Message, StringComparison.Ordinal);
            Assert.Contains("N8n:AlertWebhook", n8n.Message, StringComparison.Ordinal);
            Assert.All([railway, github, n8n], error => Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect)));
        }
    }

    public sealed class NoProject : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("Railway:ProjectId");
        }

        [Fact]
        public async Task What_needs_the_project_names_the_missing_setting()
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.VariableNamesAsync("s1", Ending));

            Assert.Contains("Railway:ProjectId", error.Message, StringComparison.Ordinal);
            Assert.Empty(await Railway.ListServicesAsync(Ending));
        }
    }

    public sealed class Wrong : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Railway:EnvironmentId"] = "";
            settings["Railway:Endpoint"] = "http://railway.example/graphql";
            settings["GitHub:Repository"] = "shop";
            settings["N8n:AlertWebhook"] = "alerts";
            settings["N8n:BaseUrl"] = "";
            settings["N8n:WebhookKey"] = "short";
        }

        [Fact]
        public void The_message_names_the_key()
        {
            var railway = Assert.Throws<OptionsValidationException>(() => Get<IOptions<RailwayOptions>>().Value).Message;
            var github = Assert.Throws<OptionsValidationException>(() => Get<IOptions<GitHubOptions>>().Value).Message;
            var n8n = Assert.Throws<OptionsValidationException>(() => Get<IOptions<N8nOptions>>().Value).Message;

            Assert.Contains("Railway:EnvironmentId", railway, StringComparison.Ordinal);
            Assert.Contains("Railway:Endpoint", railway, StringComparison.Ordinal);
            Assert.Contains("GitHub:Repository", github, StringComparison.Ordinal);
            Assert.Contains("N8n:AlertWebhook", n8n, StringComparison.Ordinal);
            Assert.Contains("N8n:BaseUrl", n8n, StringComparison.Ordinal);
            Assert.Contains("N8n:WebhookKey", n8n, StringComparison.Ordinal);
            Assert.DoesNotContain(Options.RailwayToken, railway, StringComparison.Ordinal);
        }
    }

    public sealed class Right : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["N8n:WebhookKey"] = Options.N8nWebhookKey;
        }

        [Fact]
        public void The_redactor_knows_every_token_once_the_settings_are_read()
        {
            _ = (Get<IOptions<RailwayOptions>>().Value, Get<IOptions<GitHubOptions>>().Value, Get<IOptions<N8nOptions>>().Value);

            var clean = Get<Redactor>().Redact($"{Options.RailwayToken} {Options.GitHubToken} {Options.N8nApiKey} {new Uri(World.N8nUrl, "/webhook/alerts")} {Options.N8nWebhookKey}");

            Assert.Equal("[redacted] [redacted] [redacted] [redacted] [redacted]", clean);
        }
    }
}
