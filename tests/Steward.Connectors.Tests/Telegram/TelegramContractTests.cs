using System.Text.Json.Nodes;
using Steward.Connectors.Tests.Railway;
using Steward.Connectors.Telegram;
using Steward.Governance.Calls;

namespace Steward.Connectors.Tests.Telegram;

/// <summary>
/// Every request's body against a description of Telegram's Bot API, which lies beside the repository where there is one: it
/// is not ours to copy. Where it is missing the tests are skipped, but not in CI beside it.
/// </summary>
public sealed class TelegramContractTests : ConnectorTest
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(RepositoryRoot.Find(), "..", "shared"));
    private static readonly string Description = Path.Combine(Shared, "contracts", "telegram-subset.openapi.json");

    private static readonly TelegramMessage Message = new("Alert", "web is in trouble") { Facts = [("Service", "web")], Quote = "a < b" };

    [Fact]
    public async Task Every_body_fits_Telegrams_description()
    {
        var root = await ReadAsync();
        var calls = Get<TelegramCalls>();

        Assert.Empty(Faults(root, "sendMessage", calls.SendAlert(Message)));
        Assert.Empty(Faults(root, "sendMessage", calls.Ask(Message, [new("Approve", "a:1"), new("Deny", "d:1")])));
        Assert.Empty(Faults(root, "editMessageText", calls.Rewrite(7, Message)));
        Assert.Empty(Faults(root, "answerCallbackQuery", calls.Answer("1", "thanks")));
    }

    [Fact]
    public async Task What_the_simulation_answers_fits_it_too()
    {
        var root = await ReadAsync();
        var buttons = new[] { new TelegramButton("Approve", "a:1") };
        var id = await Get<TelegramBot>().AskAsync(await PermitAsync(Get<TelegramCalls>().Ask(Message, buttons)), Message, buttons, Ending);
        World.Telegram.Press(id, "Approve", 42);
        using var http = new HttpClient { BaseAddress = new Uri(World.TelegramUrl, $"/bot{Options.TelegramToken}/") };

        foreach (var (method, body) in new[] { ("getUpdates", "{}"), ("sendMessage", $$"""{"chat_id":{{Options.TelegramChatId}},"text":"x"}"""), ("sendMessage", """{"chat_id":1,"text":"x"}""") })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(method, content, Ending);
            var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var schema = root["paths"]![$"/bot{{token}}/{method}"]!["post"]!["responses"]![status]!["content"]!["application/json"]!["schema"]!;
            Assert.Empty(JsonSchema.Faults(root, schema, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ending))));
        }
    }

    [Fact]
    public async Task The_judge_refuses_what_Telegram_would()
    {
        var root = await ReadAsync();
        var good = Get<TelegramCalls>().Ask(Message, [new("Approve", "a:1")]);
        foreach (var spoil in new Action<JsonObject>[]
        {
            body => body.Remove("text"), body => body["text"] = 1, body => body["chat_id"] = true,
            body => body["reply_markup"]!["inline_keyboard"]![0]![0]!.AsObject().Remove("text"),
        })
        {
            var body = (JsonObject)good.Arguments.DeepClone();
            spoil(body);
            Assert.NotEmpty(Faults(root, "sendMessage", good with { Arguments = body }));
        }
    }

    private static IEnumerable<string> Faults(JsonNode root, string method, Call call) =>
        JsonSchema.Faults(root, root["paths"]![$"/bot{{token}}/{method}"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!, call.Arguments);

    private static async Task<JsonNode> ReadAsync()
    {
        if (!File.Exists(Description))
        {
            Assert.False(Directory.Exists(Shared) && Environment.GetEnvironmentVariable("CI") == "true", $"{Description} is not there, and this is CI.");
            Assert.Skip($"Telegram's description is not at hand ({Description}).");
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(Description, Ending))!;
    }
}
