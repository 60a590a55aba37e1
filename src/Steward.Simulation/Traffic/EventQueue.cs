using System.Threading.Channels;
using Steward.Simulation.Faults;

namespace Steward.Simulation.Traffic;

/// <summary>
/// Sends events, in order, one after the other, as far as nothing is to go wrong with them. A receiver that fails or takes
/// longer than two seconds misses the event: nothing may rely on repeats. Holds the newest 10 000.
/// </summary>
internal sealed class EventQueue : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Channel<Func<HttpRequestMessage>> queue =
        Channel.CreateBounded<Func<HttpRequestMessage>>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly HttpClient client = new() { Timeout = Patience };
    private readonly CancellationTokenSource stop = new();
    private readonly Schedule schedule;
    private readonly EventFaults faults;
    private readonly Task sending;

    public EventQueue(Schedule schedule, EventFaults faults)
    {
        (this.schedule, this.faults) = (schedule, faults);
        sending = SendAllAsync();
    }

    /// <summary>Sends what is made here: once, twice, later or never, as the faults say.</summary>
    public void Publish(Func<HttpRequestMessage> request)
    {
        var (drop, duplicate, delay) = faults.Current;
        for (var copies = drop ? 0 : duplicate ? 2 : 1; copies > 0; copies--)
        {
            if (delay > TimeSpan.Zero)
            {
                schedule.After(delay, () => queue.Writer.TryWrite(request));
            }
            else
            {
                queue.Writer.TryWrite(request);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        client.Dispose();
        stop.Dispose();
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var make in queue.Reader.ReadAllAsync(stop.Token))
            {
                await SendAsync(make);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The world has ended.
        }
    }

    private async Task SendAsync(Func<HttpRequestMessage> make)
    {
        try
        {
            using var request = make();
            using var response = await client.SendAsync(request, stop.Token);
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The receiver misses this one, as the class says.
        }
    }
}
