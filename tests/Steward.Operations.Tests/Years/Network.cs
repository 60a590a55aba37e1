using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// Between one node and the world. Here virtual time passes: a request moves the clock while it travels, and with the clock
/// everything else that is due then. So nothing runs beside anything, and nothing stands still meanwhile either.
/// </summary>
internal sealed class Network(FakeClock clock, NodeClock node, HttpMessageInvoker world, Chronicle chronicle, Oracle oracle, Weather weather, Dice dice, double noise) : HttpMessageHandler
{
    private static readonly TimeSpan[] Probe = [TimeSpan.FromMilliseconds(4), TimeSpan.FromMilliseconds(40)];
    private static readonly TimeSpan[] Read = [TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(160)];
    private static readonly TimeSpan[] Change = [TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(600)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        node.Check();
        var at = clock.GetUtcNow();
        var system = Errand.SystemOf(request.RequestUri!);
        if (weather.IsAway(system, at))
        {
            weather.Count($"{system}: away");
            return dice.Draw("away", at) switch
            {
                < 0.3 => throw Broken(HttpRequestError.ConnectionError),
                < 0.8 => Answer(HttpStatusCode.ServiceUnavailable),
                _ => await HangAsync(cancellationToken),
            };
        }

        if (weather.Refuses(system, at))
        {
            weather.Count($"{system}: connection refused");
            throw Broken(HttpRequestError.ConnectionError);
        }

        // From here on its body counts as having left.
        var errand = await Errand.ReadAsync(request);
        if (system == Systems.Deployed)
        {
            return await ProbeAsync(request, errand, cancellationToken);
        }

        var trouble = weather.For(errand, at);
        if (trouble != Trouble.None)
        {
            weather.Count($"{system}: {(errand.ChangesSomething ? "change" : "read")} {trouble}");
        }

        if (errand.ChangesSomething)
        {
            chronicle.TellAll($"Steward sends {errand.Operation} {errand.Subject} {(trouble == Trouble.None ? "" : trouble)}");
        }

        return await PassAsync(request, errand, trouble, at, cancellationToken);
    }

    private async Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, Errand errand, Trouble trouble, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = oracle.Known;
        var travel = errand.ChangesSomething ? Change : Read;
        var way = dice.Between(travel[0], travel[1], "way", at) / 2;
        Pass(trouble == Trouble.Slow ? dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), "slow", at) : way, cancellationToken);
        switch (trouble)
        {
            case Trouble.LostBeforeEffect:
                throw Broken(HttpRequestError.ResponseEnded);
            case Trouble.RateLimited:
                var limited = Answer(HttpStatusCode.TooManyRequests);
                limited.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(Math.Ceiling(dice.Draw("wait", at) * 30)));
                return limited;
            case Trouble.ServerError:
                return Answer(dice.Happens(0.5, "which error", at) ? HttpStatusCode.BadGateway : HttpStatusCode.InternalServerError);
            case Trouble.WebPage:
                return Answer(HttpStatusCode.OK, "<html><body><h1>We will be back soon</h1></body></html>");
            case Trouble.Hangs:
                return await HangAsync(cancellationToken);
            case Trouble.LateEffect:
                Later(request, errand, known, dice.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(14), "late", at));
                return await HangAsync(cancellationToken);
            case Trouble.DeathBefore:
                node.Die();
                throw new NodeDiedException();
        }

        var response = await PerformAsync(request, errand, trouble, known);
        switch (trouble)
        {
            case Trouble.DeathAfter:
                node.Die();
                throw new NodeDiedException();
            case Trouble.DeathSoonAfter:
                node.DieAfter((int)(dice.Draw("soon", at) * 30));
                break;
        }

        Pass(way, cancellationToken);
        switch (trouble)
        {
            case Trouble.LostAfterEffect:
                throw Broken(HttpRequestError.ResponseEnded);
            case Trouble.ErrorAfterEffect:
                return Answer(HttpStatusCode.BadGateway);
            case Trouble.Truncated:
                var whole = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                response.Content = new ByteArrayContent(whole[..(whole.Length / 2)]);
                return response;
            default:
                oracle.Shown(errand, at);
                return response;
        }
    }

    // A service's own health address. One that is well fails now and then all the same: that is the noise.
    private async Task<HttpResponseMessage> ProbeAsync(HttpRequestMessage request, Errand errand, CancellationToken cancellationToken)
    {
        Pass(dice.Between(Probe[0], Probe[1], $"probe of {errand.Subject}", clock.GetUtcNow()), cancellationToken);
        var at = clock.GetUtcNow();
        if (dice.Happens(noise, $"noise of {errand.Subject}", at))
        {
            weather.Count("deployed: noise");
            chronicle.Tell(errand.Subject, "a health check meets noise");
            return dice.Draw("which noise", at) switch
            {
                < 0.7 => Answer(HttpStatusCode.InternalServerError),
                < 0.9 => throw Broken(HttpRequestError.ConnectionError),
                _ => await HangAsync(cancellationToken),
            };
        }

        if (oracle.IsStillStarting(errand.Subject))
        {
            weather.Count("deployed: slow start");
            chronicle.Tell(errand.Subject, "a health check comes too soon");
            return Answer(HttpStatusCode.ServiceUnavailable);
        }

        return await PerformAsync(request, errand, Trouble.None, oracle.Known);
    }

    private async Task<HttpResponseMessage> PerformAsync(HttpRequestMessage request, Errand errand, Trouble trouble, DateTimeOffset known)
    {
        if (!errand.ChangesSomething)
        {
            return await SendOnAsync(request, errand);
        }

        var before = oracle.Before(errand);
        oracle.IsAnswerLost = trouble is not (Trouble.None or Trouble.Slow);
        chronicle.Acting = Origin.Steward;
        try
        {
            var response = await SendOnAsync(request, errand);
            if (response.IsSuccessStatusCode)
            {
                oracle.Performed(errand, before, known, await response.Content.ReadAsStringAsync(CancellationToken.None));
            }

            return response;
        }
        finally
        {
            chronicle.Acting = Origin.Push;
        }
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, Errand errand)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(errand.Body) { Headers = { ContentType = content.Headers.ContentType } };
        }

        return world.SendAsync(copy, CancellationToken.None);
    }

    // The copy is made now: the request is gone by then.
    private void Later(HttpRequestMessage request, Errand errand, DateTimeOffset known, TimeSpan after)
    {
        var kept = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(errand.Body) };
        kept.Content.Headers.ContentType = request.Content?.Headers.ContentType;
        foreach (var (name, values) in request.Headers)
        {
            kept.Headers.TryAddWithoutValidation(name, values);
        }

        clock.CreateTimer(_ =>
        {
            chronicle.TellAll($"late effect of {errand.Operation} {errand.Subject}");
            Virtual.Now(PerformAsync(kept, errand, Trouble.LateEffect, known));
        }, null, after, Timeout.InfiniteTimeSpan);
    }

    private void Pass(TimeSpan time, CancellationToken cancellationToken)
    {
        clock.Advance(time);
        node.Check();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellationToken)
    {
        // Continues on the thread that moves the clock, within the move.
        var never = new TaskCompletionSource<HttpResponseMessage>();
        await using var left = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return await never.Task;
    }

    private static HttpRequestException Broken(HttpRequestError error) => new(error, "The connection broke.");

    private static HttpResponseMessage Answer(HttpStatusCode status, string text = "") => new(status) { Content = new StringContent(text, Encoding.UTF8, "text/html") };
}
