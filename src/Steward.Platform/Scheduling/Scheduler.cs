using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Platform.Scheduling;

/// <summary>
/// The calendar: Quartz.NET keeps the schedules, over restarts and, on PostgreSQL, over nodes. A fire does no work: it
/// writes one ledger item whose key is the schedule and the planned instant, so a fire that comes twice is harmless.
/// </summary>
public sealed class Scheduler(IOptions<StorageOptions> storage, Database database, WorkLedger ledger, ILoggerFactory logs, TimeProvider clock)
    : IHostedService, IAsyncDisposable
{
    private const string Group = "steward";

    // A fire only writes a row.
    private const int Threads = 4;
    private const string DefinitionKey = "definition";
    private static readonly JobKey Job = new("occurrence", Group);

    private readonly TaskCompletionSource<IScheduler> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task starting = Task.CompletedTask;

    /// <summary>Makes or changes a schedule. One that stands as it is keeps its place, so missed occurrences are still known.</summary>
    public async Task<Outcome<Schedule>> EnsureAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        if (ScheduleRules.Check(schedule) is { } refusal)
        {
            return refusal;
        }

        var scheduler = await started.Task.WaitAsync(cancellationToken);
        try
        {
            await PutAsync(scheduler, schedule, cancellationToken);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another node was quicker. What it put may be another definition: look again.
            await PutAsync(scheduler, schedule, cancellationToken);
        }

        return schedule;
    }

    /// <summary>Ends a schedule. Items that it already made stay in the ledger. False when there was none.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        await (await started.Task.WaitAsync(cancellationToken)).UnscheduleJob(new TriggerKey(id, Group), cancellationToken);

    /// <summary>Starts the calendar without holding up the start of the server.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        starting = Task.Run(async () =>
        {
            try
            {
                var scheduler = await BuildAsync(CancellationToken.None);
                await scheduler.Start(CancellationToken.None);
                started.SetResult(scheduler);
            }
#pragma warning disable CA1031 // Whoever waits for the calendar gets the reason.
            catch (Exception e)
#pragma warning restore CA1031
            {
                started.TrySetException(e);
            }
        }, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A calendar that is still on its way up would otherwise come up after the end, and keep the process.
        await starting.WaitAsync(cancellationToken);
        if (started.Task.IsCompletedSuccessfully)
        {
            await (await started.Task).Shutdown(waitForJobsToComplete: true, cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    private static async Task PutAsync(IScheduler scheduler, Schedule schedule, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(schedule.Id, Group);
        var definition = Json.Write(schedule);
        var old = await scheduler.GetTrigger(key, cancellationToken);
        if (old?.JobDataMap.GetString(DefinitionKey) == definition)
        {
            return;
        }

        var trigger = Trigger(schedule, key, definition);
        if (old is null)
        {
            await scheduler.ScheduleJob(trigger, cancellationToken: cancellationToken);
        }
        else
        {
            await scheduler.RescheduleJob(key, trigger, cancellationToken);
        }
    }

    private async Task<IScheduler> BuildAsync(CancellationToken cancellationToken)
    {
        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddSingleton(ledger);
            quartz.Services.AddSingleton(logs);
            quartz.UseTimeProvider(clock);
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "steward";
                options.GenerateInstanceId = true;
            });
            quartz.UseDefaultThreadPool(Threads);
            quartz.UsePersistentStore(store =>
            {
                Place(store);
                store.ProvisionSchema();
                store.UseSystemTextJsonSerializer();
                // Lock-free rounds let a node that lost a race sleep a whole period (measured: fires up to 5 s late).
                store.ConfigureStore(options => (options.StoreJobDataAsStrings, options.LockFreeFiringRounds) = (true, false));
            });
        });
        var scheduler = await builder.BuildScheduler(cancellationToken);
        await scheduler.AddJob(JobBuilder.Create<OccurrenceJob>().WithIdentity(Job).StoreDurably().Build(), AddJobOptions.Replacing, cancellationToken);
        return scheduler;
    }

    private void Place(IPersistentStoreBuilder store)
    {
        var settings = storage.Value;
        if (database.Dialect == Dialect.Postgres)
        {
            var address = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(settings.ConnectionString))
            {
                ApplicationName = "steward-calendar",
                // A pool of its own beside the store's: its few threads and the cluster's check-in.
                MaxPoolSize = Threads + 2,
            };
            store.UsePostgres(NpgsqlFactory.Instance, address.ToString());
            store.UseClustering(options => options.CheckinInterval = options.CheckinMisfireThreshold = TimeSpan.FromSeconds(2));
        }
        else
        {
            var file = Path.Combine(OpenDatabase.DataDirectory(settings), "schedules.db");
            store.UseSqlite(SqliteFactory.Instance, new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString());
        }
    }

    private static ITrigger Trigger(Schedule schedule, TriggerKey key, string definition)
    {
        var trigger = TriggerBuilder.Create().WithIdentity(key).ForJob(Job).UsingJobData(DefinitionKey, definition);
        if (schedule.Every is { } every)
        {
            return trigger.StartNow().WithSimpleSchedule(simple => simple.WithInterval(every).RepeatForever()
                .WithMisfireInstruction(schedule.Missed == MissedRuns.RunOnce
                    ? SimpleTriggerMisfireInstruction.NowWithRemainingCount
                    : SimpleTriggerMisfireInstruction.NextWithRemainingCount)).Build();
        }

        var cron = CronExpression.Parse(schedule.Cron!, CronFormat.Unix);
        return trigger.WithSchedule(CronScheduleBuilder.Create(cron)
            .InTimeZone(schedule.TimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Utc)
            .WithMisfireInstruction(schedule.Missed == MissedRuns.RunOnce
                ? CronTriggerMisfireInstruction.FireAndProceed
                : CronTriggerMisfireInstruction.DoNothing)).Build();
    }

    private sealed class OccurrenceJob(WorkLedger ledger) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var schedule = Json.Read<Schedule>(context.Trigger.JobDataMap.GetString(DefinitionKey)!);
            var planned = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
            await ledger.EnqueueAsync(
                new NewWork(schedule.Kind, string.Create(CultureInfo.InvariantCulture, $"{schedule.Id}@{UtcTime.ToText(planned)}"), schedule.Payload) { DueAt = planned },
                cancellationToken);
        }
    }
}
