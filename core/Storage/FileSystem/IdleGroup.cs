using System.Globalization;
using System.Text;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// A control group of this process alone that has a core only while nobody else wants it (<c>cpu.idle</c>, Linux 5.15; version 1 and 2). A container
/// is a group, a person's session is one, and nice counts only within a group: against a game in a container it does nothing. Where all cores are
/// taken such a group would get next to nothing, so what it gets is watched, and where it is too little it counts as any other.
/// </summary>
internal sealed class IdleGroup : IDisposable
{
    /// <summary>A nice value that few others have.</summary>
    private const int First = -10;

    private const string Prefix = "snapshotbot-";

    /// <summary>Less of what they want than this is no progress.</summary>
    private const double LeastShare = 0.1;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Wanting less of a core between two looks than this is not worth a judgement.</summary>
    private static readonly TimeSpan Wanted = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the launcher (<c>snapshotbot.sh</c>) makes one.</summary>
    private static readonly string[] LaunchedIn = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"];

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly string _before;
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _watch;
    private bool _isStarved;
    private int _suspensions;

    private IdleGroup(string folder, string before)
    {
        (_folder, _before) = (folder, before);
        _watch = new Thread(Watch) { IsBackground = true, Name = "idle group" };
        _watch.Start();
    }

    /// <summary>The name of this process's.</summary>
    private static string Own => Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Moves this process, with all that it begins, to a group of its own until it is disposed.</summary>
    /// <returns>Null where there can be none: no such groups, not allowed, an older kernel.</returns>
    public static IdleGroup? TryJoin()
    {
        string? folder = null;
        try
        {
            if (SchedulerTimes.AreCounted && Find() is var (top, before))
            {
                Sweep(top);
                folder = $"{top}/{Own}";

                // Where the program was started by its launcher it is there already, and this process in it.
                Directory.CreateDirectory(folder);
                File.WriteAllText($"{folder}/cpu.idle", "1");
                File.WriteAllText($"{folder}/cgroup.procs", "0");
                return new(folder, before);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(folder);
        }

        EndLaunched();
        return null;
    }

    /// <summary>What the launcher put this process into and nobody will look after counts as any other group: it could wait for ever, frozen server or not.</summary>
    internal static void EndLaunched()
    {
        foreach (var file in LaunchedIn.Select(top => $"{top}/{Own}/cpu.idle").Where(File.Exists))
            Tell(file, isIdle: false);
    }

    /// <summary>Until what this returns is disposed it counts as any other group.</summary>
    public IDisposable Suspend()
    {
        lock (_gate)
        {
            if (_suspensions++ == 0)
                Tell(isIdle: false);
        }

        return new Suspension(this);
    }

    /// <summary>Back to the group it came from.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _watch.Join();
        _ended.Dispose();
        try
        {
            File.WriteAllText(_before, "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its session has ended. The group is removed by whoever makes one after this process.
        }

        Remove(_folder);
    }

    /// <summary>Whether what it had of what it wanted is too little.</summary>
    internal static bool IsTooLittle(TimeSpan ran, TimeSpan waited) => ran + waited >= Wanted && ran < LeastShare * (ran + waited);

    /// <summary>Where groups for processor time begin, and the file that takes this process back to its own.</summary>
    private static (string Top, string Before)? Find()
    {
        var table = MountTable.Parse(File.ReadAllBytes("/proc/self/mountinfo"));
        foreach (var words in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).Where(words => words.Length == 3))
        {
            var isUnified = words[0] == "0";
            if (!isUnified && !words[1].Split(',').Contains("cpu", StringComparer.Ordinal))
                continue;
            var mount = isUnified ? ControlGroup.MountOf(table, "cgroup2", null) : ControlGroup.MountOf(table, "cgroup", "cpu");
            if (mount is null || !mount.Root.Span.SequenceEqual("/"u8))
                continue;
            var top = Encoding.UTF8.GetString(mount.MountPoint.Span);

            // Of version 2 a group has its own share only where that is switched on; who switches it on changes everybody's.
            if (!isUnified || File.ReadAllText($"{top}/cgroup.subtree_control").Split(' ', '\n').Contains("cpu", StringComparer.Ordinal))
                return (top, $"{top}{words[2].TrimEnd('/')}/cgroup.procs");
        }

        return null;
    }

    /// <summary>What ended processes left, killed or not. One that somebody is in can't be removed.</summary>
    private static void Sweep(string top)
    {
        foreach (var folder in Directory.EnumerateDirectories(top, Prefix + "*"))
            Remove(folder);
    }

    private static void Remove(string? folder)
    {
        try
        {
            if (folder is not null)
                Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is in it, or it is gone.
        }
    }

    private void Watch()
    {
        // First of the group: it has to notice when all of them wait.
        _ = LibC.SetPriority(0, (uint)LibC.ThreadId(), First);
        Dictionary<int, (TimeSpan Ran, TimeSpan Waited)> before = [];
        while (!_ended.Token.WaitHandle.WaitOne(Look))
        {
            var now = Times();
            var (ran, waited) = (TimeSpan.Zero, TimeSpan.Zero);
            foreach (var (id, times) in now)
            {
                var earlier = before.GetValueOrDefault(id, times);
                (ran, waited) = (ran + times.Ran - earlier.Ran, waited + times.Waited - earlier.Waited);
            }

            before = now;
            if (!IsTooLittle(ran, waited))
                continue;
            lock (_gate)
            {
                _isStarved = true;
                Tell(isIdle: false);
                return;
            }
        }
    }

    private static Dictionary<int, (TimeSpan Ran, TimeSpan Waited)> Times()
    {
        Dictionary<int, (TimeSpan Ran, TimeSpan Waited)> times = [];
        foreach (var id in SchedulerTimes.ThreadIds())
        {
            if (SchedulerTimes.Of(id) is { } one)
                times[id] = one;
        }

        return times;
    }

    private void Tell(bool isIdle) => Tell($"{_folder}/cpu.idle", isIdle);

    private static void Tell(string file, bool isIdle)
    {
        try
        {
            File.WriteAllText(file, isIdle ? "1" : "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whatever it counts as now, it works.
        }
    }

    private sealed class Suspension(IdleGroup group) : IDisposable
    {
        public void Dispose()
        {
            lock (group._gate)
            {
                if (--group._suspensions == 0 && !group._isStarved)
                    group.Tell(isIdle: true);
            }
        }
    }
}
