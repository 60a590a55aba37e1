using System.Globalization;
using Microsoft.AspNetCore.Http;
using Steward.Simulation.Faults;

namespace Steward.Simulation.Traffic;

/// <summary>The way of every request: counted, held, bent by a fault, performed, answered.</summary>
internal sealed class Exchange(CallCounts calls, FaultPlan faults, TimeProvider clock, CancellationToken worldEnds)
{
    private const int HugeBytes = 17 * 1024 * 1024;

    public Task AnswerAsync(HttpContext context, string system, string operation, Func<Reply> perform) =>
        AnswerAsync(context, system, operation, () => Task.FromResult(perform()));

    /// <summary>For a system that answers when something has come to its end.</summary>
    public async Task AnswerAsync(HttpContext context, string system, string operation, Func<Task<Reply>> perform)
    {
        calls.Count(system, operation);
        try
        {
            await PassAsync(context, system, operation, perform);
        }
        catch (OperationCanceledException) when (worldEnds.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task PassAsync(HttpContext context, string system, string operation, Func<Task<Reply>> perform)
    {
        var fault = faults.Take(system, operation);
        if (faults.TakeGate(system, operation, afterEffect: false) is { } before && !await before.PassAsync(worldEnds))
        {
            context.Abort();
            return;
        }

        if (fault is not null && !await ComesToEffectAsync(context, fault))
        {
            return;
        }

        var reply = await perform();
        if (faults.TakeGate(system, operation, afterEffect: true) is { } after && !await after.PassAsync(worldEnds))
        {
            context.Abort();
            return;
        }

        await (fault?.Kind switch
        {
            FaultKind.DropAfterEffect => Drop(context),
            FaultKind.Truncated => SendAsync(context, reply with { Body = reply.Body[..(reply.Body.Length / 2)] }),
            FaultKind.Huge => SendHugeAsync(context),
            _ => SendAsync(context, reply),
        });
    }

    /// <summary>False when the fault has already answered in place of the system.</summary>
    private async Task<bool> ComesToEffectAsync(HttpContext context, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Status:
                await SendAsync(context, StatusReply(fault));
                return false;
            case FaultKind.Timeout:
                using (var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, worldEnds))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, left.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                context.Abort();
                return false;
            case FaultKind.DropBeforeEffect:
                context.Abort();
                return false;
            case FaultKind.NotJson:
                await SendAsync(context, Reply.Html(200, "<html><body><h1>We will be back soon</h1></body></html>"));
                return false;
            case FaultKind.ErrorsWith200:
                await SendAsync(context, new Reply(200, """{"errors":[{"message":"Problem processing request"}],"data":null}"""u8.ToArray()));
                return false;
            case FaultKind.Slow:
                await Task.Delay(fault.Delay, clock, worldEnds);
                return true;
            default:
                return true;
        }
    }

    private static Reply StatusReply(Fault fault)
    {
        var reply = Reply.Message(fault.Status, fault.Status == 429 ? "Too Many Requests" : "Internal Server Error");
        return fault.Status == 429
            ? reply.With("Retry-After", Math.Ceiling(fault.Delay.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            : reply;
    }

    private static async Task SendAsync(HttpContext context, Reply reply)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers.Append(name, value);
        }

        if (reply.Status == StatusCodes.Status204NoContent)
        {
            return;
        }

        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    private static async Task SendHugeAsync(HttpContext context)
    {
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'x');
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync("{\"data\":{\"padding\":\""u8.ToArray(), context.RequestAborted);
        for (var sent = 0; sent < HugeBytes; sent += chunk.Length)
        {
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        }

        await context.Response.Body.WriteAsync("\"}}"u8.ToArray(), context.RequestAborted);
    }

    private static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
