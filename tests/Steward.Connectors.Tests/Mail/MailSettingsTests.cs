using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Steward.Connectors.Mail;
using Steward.Connectors.PagerDuty;
using Steward.Connectors.Telegram;
using Steward.Platform.Http;
using Steward.Simulation.Mail;

namespace Steward.Connectors.Tests.Mail;

/// <summary>How the mail server is reached, and what settings are refused.</summary>
public static class MailSettingsTests
{
    private static readonly Letter Letter = new("alert/1", "web is in trouble", "text", new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public abstract class With : ConnectorTest
    {
        protected async Task<string> SendAsync() => await Get<MailSender>().SendAsync(await PermitAsync(Get<MailCalls>().Send(Letter)), Letter, Ending);
    }

    public sealed class ImplicitTls : With
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Mail:Security"] = "Tls";
            settings["Mail:Port"] = World.Mail.TlsPort.ToString(CultureInfo.InvariantCulture);
        }

        [Fact]
        public async Task A_letter_arrives()
        {
            await SendAsync();

            Assert.True(Assert.Single(World.Mail.Letters).WasEncrypted);
        }
    }

    public sealed class Plain : With
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Mail:Security"] = "None";
        }

        [Fact]
        public async Task On_this_machine_a_letter_may_travel_in_the_clear()
        {
            await SendAsync();

            Assert.False(Assert.Single(World.Mail.Letters).WasEncrypted);
        }
    }

    public sealed class AStranger : With
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("Mail:CertificateFile");
        }

        [Fact]
        public async Task Gets_nothing_and_the_message_says_what_to_do()
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(SendAsync);

            Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
            Assert.Contains("Mail:CertificateFile", error.Message, StringComparison.Ordinal);
            Assert.Empty(World.Mail.Letters);
        }
    }

    public sealed class AnotherName : With
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            // The certificate is for localhost alone.
            settings["Mail:Host"] = "127.0.0.1";
        }

        [Fact]
        public async Task Is_not_taken_for_the_right_one()
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(SendAsync);

            Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
            Assert.Contains("did not prove", error.Message, StringComparison.Ordinal);
            Assert.Empty(World.Mail.Letters);
        }
    }

    public sealed class AWrongPassword : With
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Mail:Password"] = "not-the-password";
        }

        [Fact]
        public async Task Is_a_lasting_failure_that_names_the_setting_and_not_the_password()
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(SendAsync);

            Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
            Assert.Contains("Mail:Password", error.Message, StringComparison.Ordinal);
            var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{Options.MailUser}\0not-the-password"));
            Assert.DoesNotContain("not-the-password", $"{error}{Log.Everything}{Stored}", StringComparison.Ordinal);
            Assert.DoesNotContain(plain, $"{error}{Log.Everything}{Stored}", StringComparison.Ordinal);
        }
    }

    /// <summary>A server that says, before the handshake, what is to be taken for the encrypted server's word.</summary>
    public sealed class WordsBeforeTheHandshake : With
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<string> heard = [];

        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            listener.Start();
            settings["Mail:Port"] = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        }

        protected override ValueTask DisposeMoreAsync()
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        }

        [Fact]
        public async Task Are_not_believed()
        {
            var serving = ServeAsync();

            var error = await Assert.ThrowsAsync<ConnectorException>(SendAsync);

            Assert.Equal(CallEffect.None, error.Effect);
            listener.Stop();
            await serving;
            Assert.DoesNotContain(heard, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Ending);
                    using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                    await client.GetStream().WriteAsync("220 hello\r\n"u8.ToArray(), Ending);
                    while (await reader.ReadLineAsync(Ending) is { } line)
                    {
                        heard.Add(line);
                        await client.GetStream().WriteAsync(line.StartsWith("EHLO", StringComparison.Ordinal)
                            ? "250-hello\r\n250 STARTTLS\r\n"u8.ToArray()
                            : "220 go\r\n250-hello\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n"u8.ToArray(), Ending);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                // The client left, or the test is over.
            }
        }
    }

    public sealed class Wrong : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Mail:Host"] = "mail.example.com";
            settings["Mail:Security"] = "None";
            settings["Mail:From"] = "Steward <steward@acme.example>\r\nBcc: x@y.z";
            settings["Mail:To"] = "anna";
            settings["Mail:CertificateFile"] = "/nowhere/mail.pem";
            settings["Telegram:Token"] = "nonsense";
            settings["Telegram:ChatId"] = "@acme";
            settings["Telegram:People:anna"] = "anna";
            settings["Telegram:People:42"] = " ";
            settings["PagerDuty:RoutingKey"] = "short";
            settings["PagerDuty:BaseUrl"] = "http://events.pagerduty.com";
        }

        [Fact]
        public void The_message_names_the_key_and_no_secret()
        {
            var mail = Assert.Throws<OptionsValidationException>(() => Get<IOptions<MailOptions>>().Value).Message;
            var telegram = Assert.Throws<OptionsValidationException>(() => Get<IOptions<TelegramOptions>>().Value).Message;
            var pagerDuty = Assert.Throws<OptionsValidationException>(() => Get<IOptions<PagerDutyOptions>>().Value).Message;

            Assert.All(["Mail:Security", "Mail:From", "Mail:To", "Mail:CertificateFile"], key => Assert.Contains(key, mail, StringComparison.Ordinal));
            Assert.All(["Telegram:Token", "Telegram:ChatId", "Telegram:People:anna", "Telegram:People:42"], key => Assert.Contains(key, telegram, StringComparison.Ordinal));
            Assert.All(["PagerDuty:RoutingKey", "PagerDuty:BaseUrl"], key => Assert.Contains(key, pagerDuty, StringComparison.Ordinal));
            Assert.DoesNotContain(Options.MailPassword, mail, StringComparison.Ordinal);
            Assert.DoesNotContain("nonsense", telegram, StringComparison.Ordinal);
        }
    }

    public sealed class Nothing : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
        }

        [Fact]
        public async Task What_is_not_set_up_is_there_and_names_the_missing_setting()
        {
            Assert.False(Get<MailSender>().IsConfigured || Get<TelegramBot>().IsConfigured || Get<PagerDutyEvents>().IsConfigured);

            var mail = await Assert.ThrowsAsync<ConnectorException>(async () => await Get<MailSender>().SendAsync(await PermitAsync(Get<MailCalls>().Send(Letter)), Letter, Ending));

            Assert.Equal((false, CallEffect.None), (mail.IsTransient, mail.Effect));
            Assert.Contains("Mail:Host", mail.Message, StringComparison.Ordinal);
            Assert.Equal("localhost", SimulatedMail.Host);
        }
    }
}
