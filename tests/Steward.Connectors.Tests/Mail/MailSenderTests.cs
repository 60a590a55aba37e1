using Steward.Connectors.Mail;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.Mail;

public sealed class MailSenderTests : ConnectorTest
{
    private static readonly Letter Letter = new("alert/1", "web is in trouble", "the log says: password=hunter2hunter2", new DateTimeOffset(2026, 11, 21, 12, 34, 56, TimeSpan.Zero)) { Thread = "web" };

    [Fact]
    public async Task A_letter_arrives_over_TLS_redacted_and_whole()
    {
        var receipt = await SendAsync(Letter);

        var letter = Assert.Single(World.Mail.Letters);
        Assert.True(letter.WasEncrypted);
        Assert.Equal("steward@acme.example", letter.From);
        Assert.Equal(["anna@acme.example", "ben@acme.example"], letter.To);
        Assert.Equal(("web is in trouble", "the log says: password=[redacted]"), (letter.Subject, letter.Text));
        Assert.Equal(("Sat, 21 Nov 2026 12:34:56 +0000", "auto-generated", "anna@acme.example, ben@acme.example"), (letter.Header("Date"), letter.Header("Auto-Submitted"), letter.Header("To")));
        Assert.Contains("queued as SIM0001", receipt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web\r\nBcc: everybody@acme.example\r\n\r\nhello")]
    [InlineData("web\nX-Evil: 1")]
    [InlineData("=?utf-8?B?QmNjOg==?=")]
    public async Task A_subject_cannot_become_a_header(string subject)
    {
        await SendAsync(Letter with { Subject = subject, Text = "a\r\n.\r\nMAIL FROM:<evil@acme.example>\r\n..two dots\r\n.one" });

        var letter = Assert.Single(World.Mail.Letters);
        Assert.Equal(["From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"], letter.HeaderNames);
        Assert.Equal("a\r\n.\r\nMAIL FROM:<evil@acme.example>\r\n..two dots\r\n.one", letter.Text);
        Assert.Equal(2, letter.To.Count);
    }

    [Fact]
    public async Task Letters_of_every_alphabet_arrive_in_lines_that_mail_allows()
    {
        var subject = string.Concat(Enumerable.Repeat("Störung 障害 😀 ", 12)).Trim();
        await SendAsync(Letter with { Subject = subject, Text = string.Concat(Enumerable.Repeat("Zeile 😀 ", 500)) });

        var letter = Assert.Single(World.Mail.Letters);
        Assert.Equal(subject, letter.Subject);
        Assert.StartsWith("Zeile 😀 Zeile", letter.Text, StringComparison.Ordinal);
        Assert.All(letter.Raw.Split("\r\n"), line => Assert.InRange(line.Length, 0, 76));
        Assert.All(letter.Raw, character => Assert.InRange(character, '\n', '~'));
    }

    [Fact]
    public async Task The_same_alert_has_the_same_message_id_and_one_thread_has_one_reference()
    {
        await SendAsync(Letter, "1");
        await SendAsync(Letter, "2");
        await SendAsync(Letter with { Key = "alert/2" }, "3");

        var ids = World.Mail.Letters.Select(letter => letter.Header("Message-ID")).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.Matches("^<[0-9a-f]{32}@acme.example>$", ids[0]!);
        Assert.Single(World.Mail.Letters.Select(letter => letter.Header("References")).Distinct());
    }

    [Fact]
    public async Task A_recipient_that_does_not_exist_keeps_nobody_else_from_it_and_none_at_all_is_a_lasting_failure()
    {
        World.Mail.Forget("anna@acme.example");
        Assert.Contains("Not for anna@acme.example", await SendAsync(Letter, "1"), StringComparison.Ordinal);
        Assert.Equal(["ben@acme.example"], Assert.Single(World.Mail.Letters).To);

        World.Mail.Forget("ben@acme.example");
        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Letter, "2"));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("Mail:To", error.Message, StringComparison.Ordinal);
        Assert.Contains("User unknown", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connect", nameof(Fault.DropBeforeEffect), CallEffect.None)]
    [InlineData("Connect", nameof(Fault.NotJson), CallEffect.None)]
    [InlineData("Login", nameof(Fault.DropAfterEffect), CallEffect.None)]
    [InlineData("Login", nameof(Fault.ServerError), CallEffect.None)]
    [InlineData("SendMail", nameof(Fault.ServerError), CallEffect.None)]
    [InlineData("SendMail", nameof(Fault.DropBeforeEffect), CallEffect.Unknown)]
    [InlineData("SendMail", nameof(Fault.DropAfterEffect), CallEffect.Unknown)]
    [InlineData("SendMail", nameof(Fault.Truncated), CallEffect.Unknown)]
    [InlineData("SendMail", nameof(Fault.Huge), CallEffect.Unknown)]
    public async Task What_may_have_happened_is_unknown_only_from_the_letter_on(string operation, string fault, CallEffect effect)
    {
        World.Faults.Add(fault switch
        {
            nameof(Fault.DropBeforeEffect) => Fault.DropBeforeEffect,
            nameof(Fault.DropAfterEffect) => Fault.DropAfterEffect,
            nameof(Fault.NotJson) => Fault.NotJson,
            nameof(Fault.Truncated) => Fault.Truncated,
            nameof(Fault.Huge) => Fault.Huge,
            _ => Fault.ServerError(),
        }, Systems.Mail, operation);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Letter));

        Assert.Equal((true, effect), (error.IsTransient, error.Effect));
        // What is known not to have happened was tried again at once, the rest was not.
        Assert.Equal(effect == CallEffect.None ? 3 : 1, World.Calls.Of(Systems.Mail, operation));
        Assert.InRange(World.Mail.Letters.Count, 0, 1);
    }

    [Fact]
    public async Task A_letter_that_is_refused_for_good_did_not_happen()
    {
        World.Mail.Refuse("554 5.7.1 Looks like spam");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Letter));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("Looks like spam", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_encryption_nothing_is_said()
    {
        World.Mail.OfferNoTls();

        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Letter));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("STARTTLS", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, World.Calls.Of(Systems.Mail, "Login"));
    }

    private async Task<string> SendAsync(Letter letter, string key = "test") => await Get<MailSender>().SendAsync(await PermitAsync(Get<MailCalls>().Send(letter), key), letter, Ending);
}
