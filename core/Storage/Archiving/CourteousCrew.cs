using System.Collections.Concurrent;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// A few threads of low priority for work that others on the machine must not feel: half of the cores, nice 10, disk access when nobody else
/// wants it. Priority belongs to a thread, so the pool's, which others use too, can't be had for it.
/// </summary>
internal sealed class CourteousCrew : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;
    private readonly int[] _ids;

    public CourteousCrew(IReadOnlyList<string> pressureFiles)
    {
        _ids = new int[Math.Clamp(Environment.ProcessorCount / 2, 1, 4)];
        Pace = new CourteousPace(pressureFiles, Waited);
        _threads = [.. Enumerable.Range(0, _ids.Length).Select(Begin)];
    }

    public int Threads => _threads.Length;

    public CourteousPace Pace { get; }

    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Begins work on a crew's threads, or on the pool when there is none.</summary>
    public static Task Run(CourteousCrew? crew, Func<Task> work, CancellationToken cancellationToken) => crew is null
        ? Task.Run(work, cancellationToken)
        : Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, crew).Unwrap();

    /// <summary>No new work: what is still to come goes to the pool, so that nobody waits for ever.</summary>
    public void Dispose()
    {
        _tasks.CompleteAdding();

        // What was cancelled before it began ends on the crew's thread, and whoever awaited it may go on right there, to this line: waiting for
        // oneself has no end. That thread ends when this has returned to it.
        foreach (var thread in _threads.Where(thread => thread != Thread.CurrentThread))
            thread.Join();
    }

    protected override void QueueTask(Task task)
    {
        try
        {
            _tasks.Add(task);
        }
        catch (InvalidOperationException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    /// <summary>How long its threads waited for a core since they began, on the average.</summary>
    private TimeSpan Waited() => _ids.Aggregate(TimeSpan.Zero, (sum, id) => sum + (SchedulerTimes.Of(id)?.Waited ?? TimeSpan.Zero)) / _ids.Length;

    private Thread Begin(int number)
    {
        var thread = new Thread(() => Work(number)) { IsBackground = true, Name = $"courteous {number}" };
        thread.Start();
        return thread;
    }

    private void Work(int number)
    {
        _ids[number] = LibC.ThreadId();
        ThreadCourtesy.Lower();
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }
}
