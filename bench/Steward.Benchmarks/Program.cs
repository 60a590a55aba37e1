using System.Globalization;
using Steward.Benchmarks;

// For a trial while others use the machine: the long parts are cut short, and their figures are not the document's.
var isShort = args.Contains("--short");
// Somebody else's webhook, to be measured by the same load.
var peer = args.SkipWhile(arg => arg != "--peer").Skip(1).FirstOrDefault();
var names = args.Where(arg => arg is not ("--short" or "--peer") && arg != peer).ToList();
Dictionary<string, Func<Task<IReadOnlyList<Figure>>>> all = new()
{
    ["ledger"] = LedgerBenchmark.ThroughputAsync,
    ["wakeup"] = LedgerBenchmark.WakeUpAsync,
    ["permit"] = PermitBenchmark.RunAsync,
    ["cycle"] = CycleBenchmark.RunAsync,
    ["reaction"] = ReactionBenchmark.RunAsync,
    ["recovery"] = RecoveryBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["webhooks"] = () => WebhookBenchmark.RunAsync(isShort),
    ["nodes"] = NodesBenchmark.RunAsync,
    ["schedules"] = () => SchedulesBenchmark.RunAsync(isShort),
    ["agents"] = () => AgentsBenchmark.RunAsync(isShort),
    ["factory"] = () => FactoryBenchmark.RunAsync(isShort),
};
if (names.FirstOrDefault(name => !all.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: {string.Join(", ", all.Keys)}.");
    return 2;
}

if (peer is not null)
{
    all["peer"] = () => PeerBenchmark.RunAsync(new Uri(peer), isShort);
    names.Add("peer");
}

var figures = new List<Figure>();
foreach (var (name, run) in all.Where(benchmark => names.Count == 0 || names.Contains(benchmark.Key)))
{
    Console.Error.WriteLine($"running {name}");
    figures.AddRange(await run());
}

var cpu = File.Exists("/proc/cpuinfo")
    ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
    : null;
var load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown";
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{Environment.ProcessorCount} x {cpu ?? "unknown processor"}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB, .NET {Environment.Version}, load {load} at the end, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}"));
Console.WriteLine("\n| measured | goal | figure | met |\n|---|---|---|---|");
foreach (var figure in figures)
{
    Console.WriteLine($"| {figure.What} | {figure.Goal} | {figure.Measured} | {(figure.Met ? "yes" : "**no**")} |");
}

return figures.TrueForAll(figure => figure.Met) ? 0 : 1;
