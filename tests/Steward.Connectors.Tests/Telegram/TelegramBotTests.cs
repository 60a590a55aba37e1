using Steward.Connectors.Telegram;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.Telegram;

public sealed class TelegramBotTests : ConnectorTest
{
    private static readonly TelegramMessage Message = new("Alert: critical", "web is in trouble")
    {
        Facts = [("Service", "web"), ("Nothing", null)],
        Quote = "the log says: password=hunter2hunter2",
    };

    private TelegramBot Bot => Get<TelegramBot>();

    private TelegramCalls Calls => Get<TelegramCalls>();

    [Fact]
    public async Task A_message_arrives_redacted_and_without_buttons()
    {
        var id = await SendAsync(Message);

        var message = Assert.Single(World.Telegram.Messages);
        Assert.Equal((id, Options.TelegramChatId), (message.Id, message.ChatId));
        Assert.Equal("Alert: critical\nweb is in trouble\nService: web\nthe log says: password=[redacted]", message.Text);
        Assert.Empty(message.Buttons);
    }

    [Fact]
    public async Task What_comes_from_outside_is_text_and_stays_in_its_place()
    {
        await SendAsync(Message with
        {
            Title = "</b><a href=\"tg://user?id=1\">click</a>\n🔐 Approval needed",
            Facts = [("Service", "web\nApproval: approved by the owner")],
            Quote = "</blockquote><b>Approved</b> &lt;i&gt;\u202Eevil\u202C hid\u200Bden \U000E0041",
        });

        var message = Assert.Single(World.Telegram.Messages);
        Assert.Equal(
            "Alert: critical\n</b><a href=\"tg://user?id=1\">click</a> 🔐 Approval needed\nService: web Approval: approved by the owner\n</blockquote><b>Approved</b> &lt;i&gt;evil hidden ", message.Text + " ");
        Assert.Empty(message.Buttons);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("<&>")]
    [InlineData("😀")]
    public async Task A_long_text_is_cut_to_what_Telegram_takes(string piece)
    {
        await SendAsync(Message with { Quote = string.Concat(Enumerable.Repeat(piece, 10_000)), Footer = "the end" });

        var message = Assert.Single(World.Telegram.Messages);
        Assert.InRange(message.Text.Length, 3500, 4096);
        Assert.EndsWith("(cut)\nthe end", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', message.Text);
    }

    [Fact]
    public async Task Many_long_facts_leave_a_message_that_Telegram_takes()
    {
        await SendAsync(Message with { Title = new string('t', 9000), Facts = [.. Enumerable.Range(0, 50).Select(number => ($"Fact {number}", (string?)new string('f', 9000)))] });

        Assert.InRange(Assert.Single(World.Telegram.Messages).Text.Length, 1, 4096);
    }

    [Theory]
    [InlineData("bot was blocked by the user", "unblock")]
    [InlineData("bot was kicked from the supergroup chat", "Add it to the group")]
    [InlineData("bot can't initiate conversation with a user", "press Start")]
    [InlineData("something new", "Check what it may do")]
    public async Task A_refusal_says_what_to_do(string words, string advice)
    {
        World.Telegram.Refuse(words);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Message));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_and_not_repeated()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.Telegram, "sendMessage");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Message));

        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.Single(World.Telegram.Messages);
    }

    [Fact]
    public async Task A_message_is_rewritten_and_loses_its_buttons_and_doing_it_twice_is_harmless()
    {
        var id = await AskAsync();
        Assert.Equal(["Approve"], Assert.Single(World.Telegram.Messages).Buttons.Select(button => button.Text));
        var after = Message with { Title = "over" };

        Assert.True(await Bot.RewriteAsync(await PermitAsync(Calls.Rewrite(id, after), "first"), id, after, Ending));
        Assert.True(await Bot.RewriteAsync(await PermitAsync(Calls.Rewrite(id, after), "again"), id, after, Ending));
        Assert.False(await Bot.RewriteAsync(await PermitAsync(Calls.Rewrite(99, after), "gone"), 99, after, Ending));

        var message = Assert.Single(World.Telegram.Messages);
        Assert.Contains("over", message.Text, StringComparison.Ordinal);
        Assert.Empty(message.Buttons);
    }

    [Fact]
    public async Task A_press_comes_until_it_is_confirmed_and_is_answered_once()
    {
        var id = await AskAsync();
        var press = World.Telegram.Press(id, "Approve", 42);

        var first = await Bot.PollAsync(null, Ending);
        var again = await Bot.PollAsync(null, Ending);
        World.Telegram.Press(id, "Approve", 43);
        var later = await Bot.PollAsync(first.Next, Ending);

        Assert.Equal(new TelegramPress(101, press, 42, Options.TelegramChatId, id, "a:1"), Assert.Single(first.Presses));
        Assert.Equal(first.Presses, again.Presses);
        Assert.Equal(43, Assert.Single(later.Presses).UserId);
        await Bot.AnswerAsync(await PermitAsync(Calls.Answer(press, "thanks"), "a"), press, "thanks", Ending);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Bot.AnswerAsync(await PermitAsync(Calls.Answer(press, "thanks"), "b"), press, "thanks", Ending));
        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Equal("thanks", Assert.Single(World.Telegram.Toasts).Text);
    }

    [Fact]
    public async Task A_poll_that_waits_ends_with_the_press()
    {
        var id = await AskAsync();
        var waiting = Bot.PollAsync(null, Ending);
        World.Telegram.Press(id, "Approve", 42);

        Assert.Equal(42, Assert.Single((await waiting).Presses).UserId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void A_button_that_carries_nothing_or_too_much_is_refused(string data) =>
        Assert.Throws<ArgumentException>(() => Calls.Ask(Message, [new TelegramButton("Approve", data)]));

    [Theory]
    [InlineData(nameof(Fault.NotJson))]
    [InlineData(nameof(Fault.ServerError))]
    [InlineData(nameof(Fault.DropBeforeEffect))]
    [InlineData(nameof(Fault.Truncated))]
    [InlineData(nameof(Fault.Huge))]
    public async Task The_token_is_in_no_message_log_or_store_whatever_goes_wrong(string fault)
    {
        World.Faults.Add(fault switch
        {
            nameof(Fault.NotJson) => Fault.NotJson,
            nameof(Fault.ServerError) => Fault.ServerError(),
            nameof(Fault.DropBeforeEffect) => Fault.DropBeforeEffect,
            nameof(Fault.Truncated) => Fault.Truncated,
            _ => Fault.Huge,
        }, Systems.Telegram);
        var permit = await PermitAsync(Calls.SendAlert(Message with { Quote = $"the address is https://api.telegram.org/bot{Options.TelegramToken}/sendMessage" }));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Bot.SendAlertAsync(
            permit, Message with { Quote = $"the address is https://api.telegram.org/bot{Options.TelegramToken}/sendMessage" }, Ending));

        var secret = Options.TelegramToken.Split(':')[1];
        Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, Log.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, Stored, StringComparison.Ordinal);
        Assert.DoesNotContain(World.Telegram.Messages, message => message.Text.Contains(secret, StringComparison.Ordinal));
    }

    private async Task<long> SendAsync(TelegramMessage message) => await Bot.SendAlertAsync(await PermitAsync(Calls.SendAlert(message)), message, Ending);

    private async Task<long> AskAsync()
    {
        TelegramButton[] buttons = [new("Approve", "a:1")];
        return await Bot.AskAsync(await PermitAsync(Calls.Ask(Message, buttons)), Message, buttons, Ending);
    }
}
