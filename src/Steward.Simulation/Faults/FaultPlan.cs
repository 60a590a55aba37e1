namespace Steward.Simulation.Faults;

/// <summary>What is to go wrong, and where requests are to be held. Thread-safe. Bounded by what a test puts in.</summary>
public sealed class FaultPlan
{
    private readonly Lock sync = new();
    private readonly List<Planned> planned = [];
    private readonly List<Gate> gates = [];

    internal FaultPlan()
    {
    }

    /// <summary>What is to go wrong with the events that Railway and GitHub send.</summary>
    public EventFaults Events { get; } = new();

    /// <summary>Adds a fault. Where several match a request, the one added first is taken, and only that one.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="system">One of <see cref="Systems"/>.</param>
    /// <param name="operation">The only operation that it hits; null for all of the system.</param>
    /// <param name="times">How many requests it hits, 1 or more; null until <see cref="Clear"/>.</param>
    public void Add(Fault fault, string system, string? operation = null, int? times = null)
    {
        lock (sync)
        {
            planned.Add(new Planned(fault, system, operation, times ?? int.MaxValue));
        }
    }

    /// <summary>Takes all faults away again, the events' as well. Gates stay: each belongs to whoever made it.</summary>
    public void Clear()
    {
        Events.Clear();
        lock (sync)
        {
            planned.Clear();
        }
    }

    /// <summary>Holds the next request of this operation before it has any effect.</summary>
    public Gate HoldBeforeEffect(string system, string operation) => Hold(system, operation, afterEffect: false);

    /// <summary>Holds the next request of this operation when its effect has happened and the answer has not been sent.</summary>
    public Gate HoldAfterEffect(string system, string operation) => Hold(system, operation, afterEffect: true);

    internal Fault? Take(string system, string operation)
    {
        lock (sync)
        {
            var hit = planned.Find(one => one.System == system && (one.Operation is null || one.Operation == operation));
            if (hit is not null && --hit.Left == 0)
            {
                planned.Remove(hit);
            }

            return hit?.Fault;
        }
    }

    internal Gate? TakeGate(string system, string operation, bool afterEffect)
    {
        lock (sync)
        {
            var gate = gates.Find(one => one.System == system && one.Operation == operation && one.AfterEffect == afterEffect);
            if (gate is not null)
            {
                gates.Remove(gate);
            }

            return gate;
        }
    }

    private Gate Hold(string system, string operation, bool afterEffect)
    {
        var gate = new Gate(system, operation, afterEffect);
        lock (sync)
        {
            gates.Add(gate);
        }

        return gate;
    }

    private sealed class Planned(Fault fault, string system, string? operation, int times)
    {
        public Fault Fault => fault;

        public string System => system;

        public string? Operation => operation;

        public int Left { get; set; } = times;
    }
}
