using SnapshotBot.Service.Games;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// Reads a server as it was at one moment: what does not run in one pass; what runs while it runs, and then, frozen, the last difference.
/// </summary>
internal sealed class MomentReader(FreezeWindow window, GameFinder games, SettingReads settings, DataFolder folder, TimeProvider time)
{
    /// <summary>Copies kept in memory; what is more goes to a file.</summary>
    private const long MostMemory = 256 << 20;

    /// <summary>Copies that are always made room for: what changes between the estimate and the freeze.</summary>
    private const long LeastMemory = 16 << 20;

    /// <summary>
    /// How often it is tried to freeze with as little left as there was a moment before. A database that tidies up its log in between is a gigabyte
    /// more: bad luck. What always grows is read all the same.
    /// </summary>
    private const int Attempts = 3;

    public async Task<MomentReading> ReadAsync(
        InspectedServer server, LivePasses passes, OperationContext context, CancellationToken cancellationToken)
    {
        var writers = await window.FindWritersAsync(server, cancellationToken);
        if (writers.Containers.Count == 0)
            return await ReadStandingAsync(server, writers, passes, cancellationToken);

        var steady = await passes.UntilSteadyAsync(cancellationToken);

        // The way back first, then a look at what became of it.
        await using var hold = await games.Of(server).QuiesceAsync(server.Server.Id, context.Journal, context.Progress, cancellationToken);
        if (hold.State is not QuiesceState.NotSupported)
        {
            // The flush has just dirtied the world: better read now than in the freeze.
            await passes.OnceAsync(PassEffort.Courteous, cancellationToken);
        }

        var reading = await ReadFrozenAsync(server, passes, steady, hold, context, cancellationToken);
        return reading with { Warnings = [.. Unreleased(hold.State, await hold.ReleaseAsync()), .. reading.Warnings] };
    }

    private async Task<MomentReading> ReadStandingAsync(InspectedServer server, Writers writers, LivePasses passes, CancellationToken cancellationToken)
    {
        var moment = time.GetUtcNow();
        var result = await passes.OnceAsync(PassEffort.Full, cancellationToken);
        var started = await window.FindStartedAsync(server, writers, cancellationToken);
        var grade = writers.Warnings.Count + started.Count > 0 ? ConsistencyGrade.Live
            : server.Containers.Any(one => one.Details.State.IsPaused) ? ConsistencyGrade.Frozen
            : ConsistencyGrade.Stopped;
        return new(result, grade, null, moment, [.. writers.Warnings, .. started, .. result.Warnings.Select(CaptureWarnings.Of)]);
    }

    private async Task<MomentReading> ReadFrozenAsync(
        InspectedServer server, LivePasses passes, DifferenceEstimate steady, QuiesceHold hold, OperationContext context, CancellationToken cancellationToken)
    {
        var spool = folder.MakeSpool(context.Id, "difference");
        try
        {
            using var spill = DirectoryHandle.OpenRoot(spool.Path);
            var stood = TimeSpan.Zero;
            for (var attempt = 1; ; attempt++)
            {
                var (reading, inVain) = await TryReadFrozenAsync(server, passes, attempt < Attempts ? steady : null, hold, spill, context, cancellationToken);
                if (reading is not null)
                    return reading with { Freeze = reading.Freeze + stood };

                // Players felt it; it counts.
                stood += inVain;
                await passes.OnceAsync(PassEffort.Courteous, cancellationToken);
            }
        }
        finally
        {
            spool.Remove();
        }
    }

    /// <summary>
    /// Freezes once. When much more is left than was when it was steady, or than just before the freeze, there is no reading, but how long it was
    /// frozen in vain; without anything to compare with, whatever is left is read.
    /// </summary>
    private async Task<(MomentReading? Reading, TimeSpan InVain)> TryReadFrozenAsync(
        InspectedServer server, LivePasses passes, DifferenceEstimate? steady, QuiesceHold hold, DirectoryHandle spill, OperationContext context, CancellationToken cancellationToken)
    {
        var left = await passes.EstimateAsync(spill, cancellationToken);
        if (steady is not null && left.Bytes > LivePasses.MostAfter(steady))
            return (null, default);
        var memory = Math.Clamp(left.UnknownBytes + (left.Bytes / 8), LeastMemory, MostMemory);
        SpaceGuard.Require(folder.Path, folder.Space(), Math.Max(0, left.Bytes - memory));

        // Reading took minutes: who writes now is asked again, as late as can be.
        var budget = settings.For(server.Server).FreezeBudget;
        if (!FreezeWindow.HasTimeFor(left, budget))
            return (Live(await window.FindWritersAsync(server, cancellationToken), passes, [new SnapshotWarning("freeze-budget", "", null), .. Warnings(hold)]), default);

        // Memory is taken, and what lies about in it cleared, before and not while the server stands still.
        using var difference = passes.MakeDifference(memory, spill, steady is null ? null : LivePasses.MostAfter(left));
        GC.Collect();
        var writers = await window.FindWritersAsync(server, cancellationToken);
        var moment = time.GetUtcNow();
        var frozen = await window.ReadAsync(
            writers.Containers,
            context,
            budget,
            token =>
            {
                moment = time.GetUtcNow();
                return passes.CopyDifferenceAsync(difference, token);
            },
            cancellationToken);
        if (frozen is Frozen.InVain grown)
            return (null, grown.Duration);
        await hold.ReleaseAsync();
        if (frozen is not Frozen.Held held)
            return (Live(writers, passes, [((Frozen.Not)frozen).Reason, .. Warnings(hold)]), default);

        var started = await window.FindStartedAsync(server, writers, cancellationToken);
        var result = await passes.ProcessAsync(difference, cancellationToken);
        IReadOnlyList<SnapshotWarning> disturbed = [.. writers.Warnings, .. held.Warnings, .. started];
        return (
            new(
                result,
                disturbed.Count > 0 ? ConsistencyGrade.Live : hold.State is QuiesceState.Held ? ConsistencyGrade.Quiesced : ConsistencyGrade.Frozen,
                held.Duration,
                moment,
                [.. disturbed, .. Warnings(hold), .. result.Warnings.Select(CaptureWarnings.Of)]),
            default);
    }

    private static IReadOnlyList<SnapshotWarning> Unreleased(QuiesceState held, ReleaseAnswer released) => released switch
    {
        ReleaseAnswer.Failed failed => [new SnapshotWarning("release-failed", "", failed.Reason)],
        ReleaseAnswer.NotOffered none when held is not QuiesceState.NotSupported => [new SnapshotWarning("release-failed", "", none.Reason)],
        _ => [],
    };

    private static IReadOnlyList<SnapshotWarning> Warnings(QuiesceHold hold) => hold.State switch
    {
        QuiesceState.Failed failed => [new SnapshotWarning("quiesce-failed", "", failed.Reason)],
        QuiesceState.TimedOut => [new SnapshotWarning("quiesce-failed", "", "It did not answer in time.")],
        _ => [],
    };

    /// <summary>What could be had of a server that could not be frozen: the newest pass while it ran.</summary>
    private MomentReading Live(Writers writers, LivePasses passes, IReadOnlyList<SnapshotWarning> reasons) => new(
        passes.Last,
        ConsistencyGrade.Live,
        null,
        time.GetUtcNow(),
        [.. reasons, .. writers.Warnings, .. passes.Last.Warnings.Select(CaptureWarnings.Of)]);
}

/// <summary>What was read, how consistent it is, and how long the freeze took.</summary>
internal sealed record MomentReading(
    PassResult Result, ConsistencyGrade Grade, TimeSpan? Freeze, DateTimeOffset Moment, IReadOnlyList<SnapshotWarning> Warnings);
