using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Hosting.Discord;

/// <summary>Everything that serves people in Discord, put together over one chat client.</summary>
internal sealed class DiscordHost
{
    // Within what an engine waits before it kills a container that was asked to stop.
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BreakPause = TimeSpan.FromSeconds(5);

    private readonly IChat _chat;
    private readonly Dispatcher _dispatcher;
    private readonly OperationBoard _board;
    private readonly IncidentBoard _incidents;
    private readonly PanelKeeper _panels;
    private readonly ILogger _log;

    private DiscordHost(IChat chat, Dispatcher dispatcher, OperationBoard board, IncidentBoard incidents, PanelKeeper panels, Desk desk, ILogger log)
    {
        _log = log;
        _chat = chat;
        _dispatcher = dispatcher;
        _board = board;
        _incidents = incidents;
        _panels = panels;
        Desk = desk;
    }

    public Desk Desk { get; }

    public ChatHealth Health => _chat.Health;

    public static async Task<DiscordHost> CreateAsync(
        IChat chat, IServiceHost service, Settings settings, ILogger log, TimeProvider time, CancellationToken cancellationToken)
    {
        var reads = await service.GetAsync<SettingReads>(cancellationToken);
        var servers = await service.GetAsync<GuildServers>(cancellationToken);
        var serverReads = await service.GetAsync<ServerReads>(cancellationToken);
        var operations = await service.GetAsync<OperationReads>(cancellationToken);
        var posted = await service.GetAsync<PostedMessages>(cancellationToken);
        var snapshots = await service.GetAsync<SnapshotReads>(cancellationToken);
        var schedules = await service.GetAsync<ScheduleReads>(cancellationToken);
        var panels = new PanelKeeper(reads, time, log);
        var addresses = new Addresses(
            chat, reads, schedules, await service.GetAsync<ScheduleChanges>(cancellationToken), posted, log);
        var daily = new DailyMessage(chat, posted, addresses, time, log);
        var board = new OperationBoard(
            new BoardParts
            {
                Chat = chat,
                Feed = await service.GetAsync<OperationFeed>(cancellationToken),
                Operations = operations,
                Posted = posted,
                Views = new OperationViews(reads, snapshots, schedules, await service.GetAsync<GoodSnapshots>(cancellationToken)),
                Unasked = new UnaskedOperations(reads, servers, addresses, operations, schedules, daily),
                Daily = daily,
                Addresses = addresses,
                Panels = panels,
                Time = time,
            },
            log);
        var desk = new Desk
        {
            Chat = chat,
            Service = service,
            Settings = settings,
            GuildSettings = reads,
            SettingChanges = await service.GetAsync<SettingChanges>(cancellationToken),
            Claim = await service.GetAsync<GuildClaim>(cancellationToken),
            Servers = servers,
            ServerReads = serverReads,
            Snapshots = snapshots,
            SnapshotNames = await service.GetAsync<SnapshotNames>(cancellationToken),
            Operations = operations,
            Client = await service.GetAsync<OperationClient>(cancellationToken),
            Confirms = await service.GetAsync<Confirms>(cancellationToken),
            Posted = posted,
            Audit = await service.GetAsync<AuditLog>(cancellationToken),
            Board = board,
            Mutes = new IncidentMutes(posted, time),
            Commands = ChatCommand.AllOf(CommandList.Whole.All),
            Time = time,
        };
        var incidents = new IncidentBoard(
            new IncidentParts
            {
                Chat = chat,
                Incidents = await service.GetAsync<Incidents>(cancellationToken),
                Settings = reads,
                Servers = servers,
                Posted = posted,
                Addresses = addresses,
                Mutes = desk.Mutes,
                Time = time,
            },
            log);
        return new DiscordHost(chat, new Dispatcher(desk, log), board, incidents, panels, desk, log);
    }

    /// <summary>Serves until cancelled.</summary>
    /// <exception cref="CommandFailedException">Discord does not let the bot in.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts =
        [
            _chat.RunAsync(_dispatcher, siblings.Token),
            KeepAsync(_board.RunAsync, siblings.Token),
            KeepAsync(_incidents.RunAsync, siblings.Token),
            KeepAsync(stop => _panels.RunAsync(_dispatcher.Panels.RefreshAsync, stop), siblings.Token),
        ];
        try
        {
            await await Task.WhenAny(parts);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }
        catch (ChatStoppedException stopped)
        {
            throw new CommandFailedException(DiscordFailures.Of(stopped));
        }
        finally
        {
            await siblings.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A catalog that can't be read for a while stops what is told from it, not the bot: the part begins anew from what is written down.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> part, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await part(cancellationToken);
                return;
            }
            catch (Exception broke) when (!cancellationToken.IsCancellationRequested)
            {
                _log.PartBroke(broke);
                await Task.Delay(BreakPause, Desk.Time, cancellationToken);
            }
        }
    }

    /// <summary>Says in the channels what is true at the end of this process.</summary>
    public async Task FlushAsync()
    {
        using var soon = new CancellationTokenSource(FlushTime);
        try
        {
            await _board.FlushAsync(soon.Token);
        }
        catch (Exception lost) when (lost is OperationCanceledException or ChatStoppedException)
        {
            // The next process draws what this one had no time for.
        }
    }
}
