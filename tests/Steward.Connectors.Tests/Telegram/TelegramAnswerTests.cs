using Steward.Connectors.Telegram;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Telegram;

/// <summary>What Telegram says in words and parameters, and what is made of it.</summary>
public sealed class TelegramAnswerTests : StubTest
{
    [Theory]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", "Telegram:Token")]
    [InlineData(404, """{"ok":false,"error_code":404,"description":"Not Found"}""", "Telegram:Token")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""", "Telegram:ChatId")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}""", "Telegram:ChatId to -1009")]
    [InlineData(409, """{"ok":false,"error_code":409,"description":"Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}""", "deleteWebhook")]
    public async Task A_lasting_refusal_names_what_to_change(int status, string body, string advice)
    {
        await AnswerAsync(status, body);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Get<TelegramBot>().PollAsync(null, Ending));

        Assert.False(error.IsTransient);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_long_to_wait_stands_in_the_body()
    {
        await AnswerAsync(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 37","parameters":{"retry_after":37}}""");
        var message = new TelegramMessage("a", "b");
        var permit = await PermitAsync(Get<TelegramCalls>().SendAlert(message));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Get<TelegramBot>().SendAlertAsync(permit, message, Ending));

        Assert.Equal((true, CallEffect.None, TimeSpan.FromSeconds(37)), (error.IsTransient, error.Effect, error.RetryAfter));
        Assert.Single(Stub.Requests);
    }

    [Fact]
    public async Task Another_poller_passes()
    {
        await AnswerAsync(409, """{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}""");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Get<TelegramBot>().PollAsync(null, Ending));

        Assert.True(error.IsTransient);
        Assert.Contains("bot of its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_of_other_kinds_and_presses_of_lost_messages_are_read()
    {
        await AnswerAsync(200, """
            {"ok":true,"result":[
              {"update_id":7,"message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"text":"/approve everything"}},
              {"update_id":8,"callback_query":{"id":"c","from":{"id":5,"is_bot":false,"first_name":"A"},"chat_instance":"1","data":"x"}},
              {"update_id":9,"callback_query":{"id":"d","from":{"id":5,"is_bot":false,"first_name":"A"},"chat_instance":"1","game_short_name":"g"}}]}
            """);

        var updates = await Get<TelegramBot>().PollAsync(null, Ending);

        Assert.Equal(new TelegramPress(8, "c", 5, null, null, "x"), Assert.Single(updates.Presses));
        Assert.Equal(10, updates.Next);
    }
}
