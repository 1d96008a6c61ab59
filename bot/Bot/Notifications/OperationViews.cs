using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Notifications;

/// <summary>Reads what an operation's card shows.</summary>
internal sealed class OperationViews(SettingReads settings, SnapshotReads snapshots, ScheduleReads schedules, GoodSnapshots good)
{
    private const int MostNames = 1000;

    private readonly Dictionary<SnapshotId, string> _names = [];

    public async Task<OperationView> OfAsync(OperationDetails details, ulong guild, CancellationToken cancellationToken)
    {
        var view = new OperationView
        {
            Info = details.Info,
            Request = details.Request,
            Outcome = details.Outcome,
            Name = details.Request is RunSchedule run ? (schedules.Find(run.Schedule.Value) as ScheduleFound.One)?.Schedule.Name
                : SnapshotOf(details.Request) is { } id ? await NameAsync(id, cancellationToken) : null,
        };
        if (details.Info.State <= OperationState.Running)
        {
            return view;
        }

        var (page, failure) = EndCard.WordsOf(details, settings.Of(guild).Zone);
        return view with
        {
            EndPage = page,
            Failure = failure,
            Kept = failure is null ? null : await KeptAsync(details, cancellationToken),
            NextGood = (failure?.Code == Notes.Damaged || details.Outcome is VerifySnapshotOutcome.Damaged) && SnapshotOf(details.Request) is { } damaged
                ? good.NextTo(damaged)
                : null,
        };
    }

    /// <summary>How many are safe although one more could not be made.</summary>
    private async Task<int?> KeptAsync(OperationDetails details, CancellationToken cancellationToken)
    {
        if (details is not { Request: CreateSnapshot or RunSchedule, Info.Scope.Server: { } server })
        {
            return null;
        }

        try
        {
            return (await snapshots.ListAsync(new SnapshotFilter { Server = new ServerId(server), Limit = MostNames }, cancellationToken)).Snapshots.Count;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The repository can't be reached, which may be why it failed.
            return null;
        }
    }

    private static SnapshotId? SnapshotOf(OperationRequest request) => request switch
    {
        RestoreSnapshot it => it.Snapshot,
        DuplicateSnapshot it => it.Snapshot,
        VerifySnapshot it => it.Snapshot,
        DeleteSnapshot it => it.Snapshot,
        ChangeSnapshot it => it.Snapshot,
        _ => null,
    };

    private async Task<string?> NameAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        lock (_names)
        {
            if (_names.TryGetValue(id, out var known))
            {
                return known;
            }
        }

        try
        {
            if (await snapshots.FindAsync(id.Value, cancellationToken) is not SnapshotFound.One one)
            {
                return null;
            }

            lock (_names)
            {
                if (_names.Count >= MostNames)
                {
                    _names.Clear();
                }

                return _names[id] = one.Snapshot.Name;
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A card without the snapshot's name is better than no card while the repository can't be reached.
            return null;
        }
    }
}
