using System.Globalization;
using Steward.Simulation;
using Steward.Simulation.Mail;

namespace Steward.Server.Tests.Scenarios;

// How the server is set up.
public sealed partial class ScenarioRig
{
    // The services whose health is asked for; an address of one that is never added is asked in vain and concluded from nothing.
    private static readonly string[] Probed = ["web", "orders", "search", "basket", "stock", "prices", "letters", "alpha", "beta", "gamma", "tea", "coffee"];

    private Dictionary<string, string> Settings()
    {
        var options = new WorldOptions();
        var said = new Dictionary<string, string>
        {
            ["Railway:Endpoint"] = World.RailwayEndpoint.ToString(),
            ["Railway:Token"] = options.RailwayToken,
            ["Railway:ProjectId"] = options.RailwayProjectId,
            ["Railway:EnvironmentId"] = options.RailwayEnvironmentId,
            ["Railway:Environments:staging:EnvironmentId"] = StagingId,
            ["GitHub:BaseUrl"] = World.GitHubUrl.ToString(),
            ["GitHub:Repository"] = options.GitHubRepository,
            ["GitHub:AppId"] = options.GitHubAppId.ToString(CultureInfo.InvariantCulture),
            ["GitHub:InstallationId"] = options.GitHubInstallationId.ToString(CultureInfo.InvariantCulture),
            ["GitHub:PrivateKey"] = GitHub.AppPrivateKey,
            ["GitHub:WebhookSecret"] = GitHubSecret,
            ["N8n:BaseUrl"] = World.N8nUrl.ToString(),
            ["N8n:ApiKey"] = options.N8nApiKey,
            ["N8n:AlertWebhook"] = new Uri(World.N8nUrl, $"webhook/{AlertPath}").ToString(),
            ["Telegram:BaseUrl"] = World.TelegramUrl.ToString(),
            ["Telegram:Token"] = options.TelegramToken,
            ["Telegram:ChatId"] = options.TelegramChatId.ToString(CultureInfo.InvariantCulture),
            ["PagerDuty:BaseUrl"] = World.PagerDutyUrl.ToString(),
            ["PagerDuty:RoutingKey"] = options.PagerDutyRoutingKey,
            ["Mail:Host"] = SimulatedMail.Host,
            ["Mail:Port"] = World.Mail.Port.ToString(CultureInfo.InvariantCulture),
            ["Mail:User"] = options.MailUser,
            ["Mail:Password"] = options.MailPassword,
            ["Mail:CertificateFile"] = directory["mail.pem"],
            ["Mail:From"] = "steward@example.com",
            ["Mail:To"] = "anna@example.com",
            ["Operations:RailwayWebhookSecret"] = RailwaySecret,
            ["Operations:N8nWebhookSecret"] = N8nSecret,
            ["Operations:PollInterval"] = "00:00:01",
            ["Operations:MovingInterval"] = "00:00:01",
            ["Operations:SettleTime"] = "00:00:00",
            ["Operations:VerifyInterval"] = "00:00:00.1",
            ["Operations:HealthPatience"] = "00:00:02",
            ["Operations:AutoDeployGrace"] = "00:00:00",
            ["Operations:Load:Window"] = "00:00:10",
            ["Operations:Load:Interval"] = "00:00:01",
            ["Work:Poll"] = "00:00:00.2",
        };
        foreach (var service in Probed)
        {
            said[$"Operations:Services:{service}:HealthUrl"] = Railway.HealthUrl(service).ToString();
        }

        said["Operations:Services:web@staging:HealthUrl"] = World.RailwayIn(Staging).HealthUrl("web").ToString();
        settings?.Invoke(said);
        return said;
    }
}
