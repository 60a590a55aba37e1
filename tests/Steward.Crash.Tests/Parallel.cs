// Most of a test's time is waiting: for a process to start, for the grace in which a request may still arrive.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
