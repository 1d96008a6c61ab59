using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>What tells of things by itself, over a catalog of its own, with no engine and a chat that keeps what is said.</summary>
internal sealed class BoardBench : IAsyncDisposable
{
    /// <summary>The guild that was allowed first, and the one the server lives in, with their channels.</summary>
    public const ulong First = 100, Home = 200, FirstChannel = 110, HomeChannel = 210;

    public static readonly ServerId Server = new("s-0123456789ab");

    private readonly string _folder = Directory.CreateTempSubdirectory("sb-board-").FullName;
    private readonly ServiceHost _service;

    private BoardBench() => _service = new ServiceHost(
        new Settings(Path.Combine(_folder, "data"), name => name == "DOCKER_HOST" ? "unix:///nowhere/docker.sock" : null), TimeProvider.System);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public RecordingChat Chat { get; } = new();

    public static async Task<BoardBench> OpenAsync()
    {
        var bench = new BoardBench();
        await bench.SetAsync("guilds", $"{First},{Home}", null);
        await bench.SetAsync("channel", $"{FirstChannel}", First);
        await bench.SetAsync("channel", $"{HomeChannel}", Home);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(bench._folder, "data", "catalog.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture,
            $"INSERT INTO servers (Id, Name, Containers, Guild, ForeignWriters, Origin, AddedAt) VALUES ('{Server.Value}', 'castle', '[]', {Home}, 0, 0, 0)");
        _ = await command.ExecuteNonQueryAsync(Cancel);
        return bench;
    }

    public Task<T> GetAsync<T>()
        where T : notnull => _service.GetAsync<T>(Cancel);

    public async Task SetAsync(string key, string value, ulong? guild) =>
        (await (await GetAsync<SettingChanges>()).SetAsync(key, value, guild, Cancel)).ShouldBeOfType<SettingOutcome.Set>();

    public async Task<ScheduleInfo> ScheduleAsync() => (await (await GetAsync<ScheduleChanges>()).SetAsync(
        new ScheduleDraft { Name = "nightly", Server = Server, Every = "daily at 04:00", Zone = "UTC" }, new Requester("terminal:test"), Cancel))
        .ShouldBeOfType<ScheduleOutcome.Saved>().Schedule;

    public async Task OpenIncidentAsync(ServerId? server, IncidentCause cause) => _ = await (await GetAsync<Incidents>()).OpenAsync(server, cause, Cancel);

    public async Task ResolveAsync(ServerId? server, IncidentCause cause) =>
        (await (await GetAsync<Incidents>()).ResolveAsync(server, cause.Word, cause.Subject, Cancel)).ShouldBe(1);

    public async Task<Addresses> AddressesAsync() => new(
        Chat, await GetAsync<SettingReads>(), await GetAsync<ScheduleReads>(), await GetAsync<ScheduleChanges>(), await GetAsync<PostedMessages>(), NullLogger.Instance);

    /// <summary>Takes an operation nobody asked for that is no failure, and draws what the day's message has to say of it.</summary>
    public async Task TakeUnaskedAsync(OperationInfo info)
    {
        var addresses = await AddressesAsync();
        var daily = new DailyMessage(Chat, await GetAsync<PostedMessages>(), addresses, TimeProvider.System, NullLogger.Instance);
        var unasked = new UnaskedOperations(
            await GetAsync<SettingReads>(), await GetAsync<GuildServers>(), addresses, await GetAsync<OperationReads>(), await GetAsync<ScheduleReads>(), daily);

        // What is no failure is told without the board.
        await unasked.TakeAsync(info, null!, Cancel);
        foreach (var channel in daily.Due)
        {
            await daily.DrawAsync(channel, Cancel);
        }
    }

    /// <summary>Tells of incidents as a serving process does, until what was said is so.</summary>
    public async Task<IReadOnlyList<Said>> ServeAsync(Func<IReadOnlyList<Said>, bool> isSo)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var posted = await GetAsync<PostedMessages>();
        var board = new IncidentBoard(
            new IncidentParts
            {
                Chat = Chat,
                Incidents = await GetAsync<Incidents>(),
                Settings = await GetAsync<SettingReads>(),
                Servers = await GetAsync<GuildServers>(),
                Posted = posted,
                Addresses = await AddressesAsync(),
                Mutes = new IncidentMutes(posted, TimeProvider.System),
                Time = TimeProvider.System,
            },
            NullLogger.Instance);
        var running = board.RunAsync(stop.Token);
        try
        {
            _ = await Chat.SeesAsync(isSo, Cancel);

            // Said and written down: whoever ends between the two says it again.
            var all = (await GetAsync<Incidents>()).List(IncidentFilter.All, 100).Max(incident => incident.Revision).ToString(CultureInfo.InvariantCulture);
            for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); posted.Find("incidents")?.State != all;)
            {
                running.IsCompleted.ShouldBeFalse();
                System.Diagnostics.Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromMinutes(1));

                // The board writes it down on another thread: that is only seen by looking.
                await Task.Delay(TimeSpan.FromMilliseconds(5), Cancel);
            }

            return Chat.Posts;
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
