using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Notifications;

/// <summary>Reads what an operation's card shows.</summary>
internal sealed class OperationViews(SettingReads settings, SnapshotReads snapshots, ScheduleReads schedules)
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
        return view with { EndPage = page, Failure = failure };
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
