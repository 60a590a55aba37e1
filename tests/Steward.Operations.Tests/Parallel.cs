// Most of a test's time is waiting: for what the loop does at its pace, and for what settles.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
