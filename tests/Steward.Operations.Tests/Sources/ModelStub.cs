using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Steward.Operations.Tests.Sources;

/// <summary>A model that answers as a test says, over Anthropic's Messages API.</summary>
internal sealed class ModelStub : IAsyncDisposable
{
    private readonly WebApplication app;

    private ModelStub(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>What was asked, oldest first.</summary>
    public ConcurrentQueue<JsonObject> Questions { get; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="answer">Its words.</param>
    /// <param name="status">The status of its answers.</param>
    public static async Task<ModelStub> StartAsync(string answer, int status = 200)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new ModelStub(app);
        app.Run(async context =>
        {
            stub.Questions.Enqueue((await JsonNode.ParseAsync(context.Request.Body))!.AsObject());
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(new JsonObject
            {
                ["type"] = "message",
                ["model"] = "stub-1",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = answer }),
                ["stop_reason"] = "end_turn",
                ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 20 },
            }.ToJsonString());
        });
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
