using Microsoft.Extensions.Logging;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Schedules;

/// <summary>Asks every game once a minute who plays, keeps it, and takes what is due by people's playing.</summary>
internal sealed class PlayerSampling(
    ServerStore servers, IPlayerQueries queries, PlayHistory history, ScheduleStore schedules, Occurrences occurrences, TimeProvider time, ILogger<PlayerSampling> log)
    : IPeriodicWork
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Whoever is back so soon had only lost the connection.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(6);

    private long? _forgot;

    public string Name => "players";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            servers.All(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (server, token) => await SampleAsync(server, token));
        foreach (var schedule in schedules.All())
        {
            if (schedule.Pause == SchedulePause.Active && DueOf(schedule) is { } at)
                await occurrences.TakeAsync(schedule.Id, at, cancellationToken);
        }

        if (_forgot is { } last && time.GetElapsedTime(last) < ForgetEvery)
            return;
        _forgot = time.GetTimestamp();
        await history.ForgetAsync(time.GetUtcNow(), cancellationToken);
    }

    internal DateTimeOffset? DueOf(Schedule schedule) => schedule.Frequency switch
    {
        Frequency.Played played => history.Reached(schedule.Server, schedule.DoneUntil, played.Time),
        Frequency.PlayersLeft => history.Left(schedule.Server, schedule.DoneUntil, Quiet),
        _ => null,
    };

    private async Task SampleAsync(GameServer server, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            switch (await queries.AskAsync(server, patience.Token))
            {
                case PlayersAnswer.Known known:
                    await history.AddAsync(server.Id, time.GetUtcNow(), known.Online, known.Names, cancellationToken);
                    break;
                case PlayersAnswer.Unknown unknown:
                    log.PlayersUnknown(server.Name, unknown.Reason);
                    break;
            }
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            log.PlayersUnknown(server.Name, error.Message);
        }
        catch (Exception error)
        {
            // Whatever one game does, the others are asked.
            log.PlayersFailed(server.Name, error);
        }
    }
}
