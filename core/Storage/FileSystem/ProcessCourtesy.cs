namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// The priority of a process that comes and goes beside a game: its start alone is a second of work on all cores, which players would feel. Nice
/// belongs to a thread and is handed on to those that it begins; beside games in containers <see cref="IdleGroup"/> and
/// <see cref="HalfOfCores"/> are what counts.
/// </summary>
public static class ProcessCourtesy
{
    private const int Nice = 10;

    private static readonly Lock Gate = new();
    private static int? _usual;
    private static IdleGroup? _group;
    private static HalfOfCores? _cores;

    /// <summary>
    /// Lowers the calling thread and all that it begins from here on: to be called before there are others. Only where it can be taken back, which
    /// wants CAP_SYS_NICE. And has the whole process give way to everybody, where it may, and keep to half of the cores, until what this returns is
    /// disposed.
    /// </summary>
    public static IDisposable Lower()
    {
        var thread = (uint)LibC.ThreadId();
        var usual = LibC.GetPriority(0, thread);
        if (usual < Nice && CanRaise() && LibC.SetPriority(0, thread, Nice) == 0)
            _usual = usual;
        lock (Gate)
        {
            return new Lowered(_group is null ? _group = IdleGroup.TryJoin() : null, _cores is null ? _cores = HalfOfCores.TryTake() : null);
        }
    }

    /// <summary>All threads of this process may use all of its cores until it is disposed, at the priority they have: while no game runs beside it.</summary>
    public static IDisposable? UseAllCores()
    {
        lock (Gate)
        {
            return _cores?.Widen();
        }
    }

    /// <summary>All threads of this process have their usual priority and all of its cores until it is disposed: while players wait for it.</summary>
    public static IDisposable Suspend()
    {
        List<uint> raised = [];
        var cores = UseAllCores();
        var group = SuspendGroup();
        if (_usual is not { } usual)
            return new Suspension(raised, group, cores);
        foreach (var thread in SchedulerTimes.ThreadIds().Select(id => (uint)id))
        {
            // One that ended meanwhile has no priority.
            if (LibC.GetPriority(0, thread) == Nice && LibC.SetPriority(0, thread, usual) == 0)
                raised.Add(thread);
        }

        return new Suspension(raised, group, cores);
    }

    private static IDisposable? SuspendGroup()
    {
        lock (Gate)
        {
            return _group?.Suspend();
        }
    }

    /// <summary>Whether this process may raise a thread that was lowered: tried with one that ends at once.</summary>
    private static bool CanRaise()
    {
        var can = false;
        var thread = new Thread(() =>
        {
            var id = (uint)LibC.ThreadId();
            var usual = LibC.GetPriority(0, id);
            can = LibC.SetPriority(0, id, usual + 1) == 0 && LibC.SetPriority(0, id, usual) == 0;
        });
        thread.Start();
        thread.Join();
        return can;
    }

    private sealed class Suspension(IReadOnlyList<uint> threads, IDisposable? group, IDisposable? cores) : IDisposable
    {
        public void Dispose()
        {
            foreach (var thread in threads)
                _ = LibC.SetPriority(0, thread, Nice);
            group?.Dispose();
            cores?.Dispose();
        }
    }

    private sealed class Lowered(IdleGroup? group, HalfOfCores? cores) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                if (group is not null)
                    _group = null;
                if (cores is not null)
                    _cores = null;
                group?.Dispose();
                cores?.Dispose();
            }
        }
    }
}
