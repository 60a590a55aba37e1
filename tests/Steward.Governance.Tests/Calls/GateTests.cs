using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Testing;

namespace Steward.Governance.Tests.Calls;

public sealed class GateTestsOnSqlite() : GateTests(StoreKind.Sqlite)
{
    // SQLite knows no statistics here: a decision must not become slower with every call that was ever made.
    [Theory]
    [InlineData(CallStore.RecentSql, "INDEX governed_call_recent (permitted_at>?)")]
    [InlineData(CallStore.RollbacksSql, "INDEX governed_call_service (service=? AND started_at>?)")]
    public async Task The_last_hour_is_counted_without_reading_the_past(string sql, string index)
    {
        var plan = await Store.Database.ReadAsync(session => session.QueryAsync($"EXPLAIN QUERY PLAN {sql}", row => row.Text("detail"),
            ("since", Clock.Now()), ("key", "k"), ("service", "s")), Cancellation);

        Assert.Contains(index, Assert.Single(plan), StringComparison.Ordinal);
    }
}

public sealed class GateTestsOnPostgres() : GateTests(StoreKind.Postgres);

public abstract class GateTests(StoreKind kind) : GovernanceTest(kind)
{
    [Fact]
    public async Task An_allowed_call_runs_and_its_whole_story_is_in_the_audit_log()
    {
        Assert.Equal(1, await RunAsync(await PermittedAsync(Rollback("web", "1"))));

        var rows = await Node.RowsAsync(new AuditFilter(CorrelationId: "cause-1"));
        Assert.Equal([AuditKinds.CallPermitted, AuditKinds.CallStarted, AuditKinds.CallSucceeded], rows.Select(row => row.Entry.Kind));
        Assert.Equal("It crashed after it had started.", rows[0].Entry.Reason);
        Assert.Equal(["exit code 1"], rows[0].Entry.Evidence);
        Assert.Equal("rolling-back", rows[0].Entry.Detail["rule"]!.GetValue<string>());
        Assert.Equal(["done"], rows[2].Entry.Evidence);
        Assert.All(rows, row => Assert.Equal(("operations", "web", rows[0].Entry.CallId), (row.Entry.Actor, row.Entry.Service, row.Entry.CallId)));
    }

    [Fact]
    public async Task The_row_is_there_before_the_request_leaves()
    {
        var permit = await PermittedAsync(Rollback("web", "1"));
        IReadOnlyList<AuditRow> during = [];

        await RunAsync(permit, send: async () => during = await Node.RowsAsync());

        Assert.Equal(AuditKinds.CallStarted, during[^1].Entry.Kind);
    }

    [Fact]
    public async Task A_denied_call_stays_denied()
    {
        var request = Rollback("web", "1") with { Call = new Call("railway.volume.destroy", "volume/1", [], "web") };

        var denied = Assert.IsType<GateAnswer.Denied>(await Node.Gate.AskAsync(request, Cancellation));
        Assert.IsType<GateAnswer.Denied>(await Node.Gate.AskAsync(request, Cancellation));

        Assert.Contains("destroyed cannot be rolled back", denied.Reason, StringComparison.Ordinal);
        Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.CallDenied)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-3)]
    [InlineData(17)]
    [InlineData(0.79)]
    public async Task A_confidence_that_is_none_needs_a_person(double confidence)
    {
        await WaitingAsync(Rollback("web", "1") with { Confidence = confidence });

        Assert.Null((await Node.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task The_twenty_first_action_of_an_hour_waits()
    {
        for (var i = 0; i < 20; i++)
        {
            await PermittedAsync(Issue(i));
        }

        Assert.Contains("the limit is 20", (await WaitingAsync(Issue(20))).Reason, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromHours(1));
        await PermittedAsync(Issue(21));
    }

    [Fact]
    public async Task What_changes_no_service_leaves_the_limit_to_what_does()
    {
        for (var i = 0; i < 20; i++)
        {
            await PermittedAsync(Issue(i));
        }

        for (var i = 0; i < 20; i++)
        {
            await PermittedAsync(Rollback("web", $"{i}"));
        }

        Assert.Contains("20 actions that change services", (await WaitingAsync(Rollback("web", "20"))).Reason, StringComparison.Ordinal);
        Assert.Contains("20 actions that change no service", (await WaitingAsync(Issue(20))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_own_rollback_is_held_by_no_limit_and_counts_for_none()
    {
        foreach (var service in new[] { "a", "b", "c", "d" })
        {
            for (var i = 0; i < 6; i++)
            {
                await RunAsync(await PermittedAsync(Asked(Rollback(service, $"{service}{i}"))));
            }
        }

        Assert.Empty(await Node.Switches.ActiveAsync(Cancellation));
        for (var i = 0; i < 20; i++)
        {
            await PermittedAsync(Rollback("web", $"{i}"));
        }

        await WaitingAsync(Rollback("web", "20"));
        await PermittedAsync(Asked(Rollback("web", "21")));
    }

    [Fact]
    public async Task A_persons_own_rollback_does_not_trip_a_stop_that_was_lifted()
    {
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(await PermittedAsync(Rollback("web", $"{i}")));
        }

        await Node.Switches.LiftAsync(StopScope.Service, "web", "it is mended", Anna, Cancellation);
        await RunAsync(await PermittedAsync(Asked(Rollback("web", "mine"))));

        Assert.Empty(await Node.Switches.ActiveAsync(Cancellation));
    }

    [Fact]
    public async Task Several_nodes_share_the_limit()
    {
        var other = await AnotherNodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => (i % 2 == 0 ? Node : other).Gate.AskAsync(Issue(i), Cancellation))));

        Assert.Equal(20, answers.Count(answer => answer is GateAnswer.Permitted));
    }

    [Fact]
    public async Task The_fourth_service_of_an_hour_waits()
    {
        foreach (var service in new[] { "a", "b", "c" })
        {
            await RunAsync(await PermittedAsync(Rollback(service, service)));
        }

        Assert.Contains("blast radius", (await WaitingAsync(Rollback("d", "d"))).Reason, StringComparison.Ordinal);
        await PermittedAsync(Rollback("a", "a2"));
    }

    [Fact]
    public async Task What_did_not_happen_does_not_count()
    {
        foreach (var service in new[] { "a", "b", "c" })
        {
            var permit = await PermittedAsync(Rollback(service, service));
            await Assert.ThrowsAsync<ConnectorException>(() => RunAsync(permit, send: () => throw new ConnectorException("railway", "Rollback", "no") { Effect = CallEffect.None }));
        }

        await PermittedAsync(Rollback("d", "d"));
    }

    [Fact]
    public async Task The_yes_to_what_did_not_happen_stands_until_it_does()
    {
        var request = Rollback("web", "1") with { Call = new Call("github.pull-request.merge", "pull-request/acme/shop#1", [], null) };
        await Node.Approvals.HandleAsync(Assert.IsType<GateAnswer.Waiting>(await Node.Gate.AskAsync(request, Cancellation)).ApprovalId, true, Anna, null, Cancellation);
        var first = await PermittedAsync(request);
        await Assert.ThrowsAsync<ConnectorException>(() => RunAsync(first, send: () => throw new ConnectorException("github", "Merge", "too many requests") { Effect = CallEffect.None }));
        Assert.True(await Node.Database.ReadAsync(session => Gate.IsAllowedAsync(session, request.Key), Cancellation));

        await RunAsync(await PermittedAsync(request));
        Assert.False(await Node.Database.ReadAsync(session => Gate.IsAllowedAsync(session, request.Key), Cancellation));
    }

    [Fact]
    public async Task The_third_rollback_of_a_service_in_an_hour_trips_its_stop()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(await Node.Switches.ActiveAsync(Cancellation));
            await RunAsync(await PermittedAsync(Rollback("web", $"{i}")));
        }

        var stop = Assert.Single(await Node.Switches.ActiveAsync(Cancellation));
        Assert.Equal((StopScope.Service, "web", "gate"), (stop.Scope, stop.Subject, stop.RaisedBy));
        Assert.Contains("3 times", stop.Reason, StringComparison.Ordinal);
        Assert.IsType<GateAnswer.Held>(await Node.Gate.AskAsync(Rollback("web", "9"), Cancellation));
        Assert.IsType<GateAnswer.Permitted>(await Node.Gate.AskAsync(Rollback("api", "9"), Cancellation));
    }

    [Fact]
    public async Task Rollbacks_of_another_hour_or_that_did_not_happen_do_not_trip_it()
    {
        await RunAsync(await PermittedAsync(Rollback("web", "0")));
        Clock.Advance(TimeSpan.FromMinutes(61));
        await RunAsync(await PermittedAsync(Rollback("web", "1")));
        var permit = await PermittedAsync(Rollback("web", "2"));
        await Assert.ThrowsAsync<ConnectorException>(() => RunAsync(permit, send: () => throw new ConnectorException("railway", "Rollback", "no") { Effect = CallEffect.None }));
        await RunAsync(await PermittedAsync(Rollback("web", "3")));

        Assert.Empty(await Node.Switches.ActiveAsync(Cancellation));
    }

    [Fact]
    public async Task A_call_is_known_by_its_key_on_every_node_and_after_a_restart()
    {
        await RunAsync(await PermittedAsync(Rollback("web", "1")));

        var done = Assert.IsType<GateAnswer.Done>(await (await AnotherNodeAsync()).Gate.AskAsync(Rollback("web", "1"), Cancellation));

        Assert.Equal("done", done.Detail);
    }

    [Fact]
    public async Task An_outcome_that_is_not_known_is_said_so_until_somebody_resolves_it()
    {
        var permit = await PermittedAsync(Rollback("web", "1"));
        await Assert.ThrowsAsync<IOException>(() => RunAsync(permit, send: () => throw new IOException("reset, password=hunter2hunter2")));

        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await Node.Gate.AskAsync(Rollback("web", "1"), Cancellation));
        await Node.Gate.ResolveAsync(unknown.CallId, true, "the provider shows it", Cancellation);
        await Node.Gate.ResolveAsync(Ids.New(Clock), true, "nobody knows it", Cancellation);

        Assert.IsType<GateAnswer.Done>(await Node.Gate.AskAsync(Rollback("web", "1"), Cancellation));
        Assert.Equal(
            [AuditKinds.CallPermitted, AuditKinds.CallStarted, AuditKinds.CallUnknown, AuditKinds.CallResolved],
            (await Node.RowsAsync()).Select(row => row.Entry.Kind));
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_execution_was_given_up_is_still_written_down_and_nothing_is_done_twice()
    {
        var request = Rollback("web", "1");
        var permit = await PermittedAsync(request);
        var sender = RunAsync(permit, send: async () =>
        {
            // Another node believes this one dead, asks the provider too early, and settles it.
            var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await Node.Gate.AskAsync(request, Cancellation));
            await Node.Gate.ResolveAsync(unknown.CallId, false, "the provider does not show it yet", Cancellation);
        });

        Assert.Equal(1, await sender);
        Assert.IsType<GateAnswer.Done>(await Node.Gate.AskAsync(request, Cancellation));
        Assert.Contains(await Node.RowsAsync(), row => row.Entry.Kind == AuditKinds.CallLate);
    }

    [Fact]
    public async Task Text_from_outside_of_any_kind_is_written_and_verified()
    {
        var odd = "\0 \ud800 \udc00 \u2028 é e\u0301 \" \\ </script> 😀 \r\n\t";
        var request = Rollback("web", "1") with
        {
            Reason = odd,
            Evidence = [odd, "", new string('x', 100_000)],
            CorrelationId = "c",
            Call = new Call("railway.deployment.rollback", $"deployment/{odd}", new JsonObject { [odd] = odd, ["n"] = 1e300, ["z"] = -0.0, ["d"] = 0.1m, ["deep"] = new JsonArray(new JsonObject { ["b"] = 1, ["a"] = null }) }, "web"),
        };

        Assert.Equal(1, await RunAsync(await PermittedAsync(request)));
        await WaitingAsync(request with { Key = "2", Confidence = 0.1 });

        Assert.Null((await Node.VerifyAsync()).Fault);
    }

    private static CallRequest Asked(CallRequest request) => request with { Facts = new HashSet<string>(request.Facts) { "asked-by-a-person" } };

    private static CallRequest Issue(int number) =>
        new($"issue/{number}", Operations, new Call("github.issue.create", "repository/x", new JsonObject { ["title"] = $"{number}" }), "trouble", "c");
}
