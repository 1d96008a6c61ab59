using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>All of the bot's side of Discord over a <see cref="FakeChat"/> and a catalog of its own, on a clock that the test moves. No engine, no runner.</summary>
internal sealed class HostBench : IAsyncDisposable
{
    public const ulong Guild = 7;
    public const ulong Usual = 10;
    public const ulong Other = 20;
    public const ulong AlertRole = 77;
    public const ulong Admin = 5;
    public const string Server = "s-111111111111";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly string _data = Directory.CreateTempSubdirectory("sb-board-").FullName;
    private readonly StringWriter _log = new();
    private ServiceHost _service = null!;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private HostBench()
    {
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 4, 0, 0, TimeSpan.Zero));

    public FakeChat Chat { get; } = new();

    public DiscordHost Host { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<HostBench> OpenAsync()
    {
        var bench = new HostBench();
        await bench.MakeAsync();
        var changes = await bench.ServiceAsync<SettingChanges>();
        foreach (var (key, value, guild) in (IEnumerable<(string, string, ulong?)>)
            [("guilds", $"{Guild}", null), ("channel", $"{Usual}", Guild), ("alerts", $"{AlertRole}", Guild)])
        {
            (await changes.SetAsync(key, value, guild, Cancel)).ShouldBeOfType<SettingOutcome.Set>();
        }

        return bench;
    }

    /// <summary>Opened, and serving.</summary>
    public static async Task<HostBench> StartAsync()
    {
        var bench = await OpenAsync();
        bench.Begin();
        return bench;
    }

    public Task<T> ServiceAsync<T>()
        where T : notnull => _service.GetAsync<T>(Cancel);

    public void Begin() => _running = Host.RunAsync(_stop.Token);

    /// <summary>The process ends and another one takes its place.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await MakeAsync();
        Begin();
    }

    public async Task<OperationId> EnqueueAsync(string name, Requester by) =>
        (await (await ServiceAsync<OperationClient>()).EnqueueAsync(
            new CreateSnapshot { Server = new ServerId(Server), Name = name }, by, occurrenceKey: null, Cancel)).ShouldBeOfType<EnqueueResult.Enqueued>().Id;

    /// <summary>Nobody has begun it, so that is its end.</summary>
    public async Task CancelAsync(OperationId id) => (await (await ServiceAsync<OperationReads>()).CancelAsync(id, Cancel)).ShouldBeNull();

    /// <summary>A server nobody has to start for these tests.</summary>
    public Task AddServerAsync() => ChangeCatalogAsync(
        "INSERT INTO servers (\"Id\", \"Name\", \"Containers\", \"ForeignWriters\", \"Origin\", \"AddedAt\") VALUES ('" + Server + "', 'castle', '[]', 0, 0, 0)");

    /// <summary>Changes the catalog behind the program's back.</summary>
    public async Task ChangeCatalogAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "data", "catalog.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>A command of somebody who may everything.</summary>
    public SlashInvocation Command(params IReadOnlyList<string> path) => new()
    {
        Id = new InteractionId(1),
        Token = new InteractionToken("token"),
        Guild = new GuildId(Guild),
        Channel = new ChannelId(Usual),
        User = new ChatUser(new UserId(Admin), "admin", "Admin"),
        Permissions = ChatPermissions.Administrator,
        ReceivedAt = Clock.GetUtcNow(),
        Path = path,
        Options = OptionValues.Empty,
    };

    /// <summary>A button or select of theirs, on a message all see.</summary>
    public ComponentPress Press(string id, params IReadOnlyList<string> values)
    {
        var command = Command();
        return new ComponentPress
        {
            Id = command.Id,
            Token = command.Token,
            Guild = command.Guild,
            Channel = command.Channel,
            User = command.User,
            Permissions = command.Permissions,
            ReceivedAt = command.ReceivedAt,
            CustomId = id,
            Values = values,
            Message = new MessageId(1),
        };
    }

    /// <summary>Lets the clock go on until something is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            if (patience.IsCancellationRequested || _running.IsCompleted)
            {
                Assert.Fail($"Not so: {what}.\n{string.Join('\n', Chat.Posts)}\n{_log}\n{_running.Exception}");
            }

            Clock.Advance(Step);

            // The host works on other threads: they get a moment of real time for each step of the clock.
            await Task.Delay(1, Cancel);
        }
    }

    /// <summary>Lets the clock go on.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var until = Clock.GetUtcNow() + time;
        await UntilAsync(() => Clock.GetUtcNow() >= until, "time goes by");
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _log.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task MakeAsync()
    {
        var environment = new Dictionary<string, string> { ["SNAPSHOTBOT_DATA"] = Path.Combine(_data, "data"), ["DOCKER_HOST"] = $"unix://{_data}/none.sock" };
        var settings = new Settings(null, environment.GetValueOrDefault);
        _service = new ServiceHost(settings, Clock);
        _service.LogTo(TextWriter.Synchronized(_log));
        _stop = new CancellationTokenSource();
        Host = await DiscordHost.CreateAsync(Chat, _service, settings, _service.Logs.CreateLogger("Discord"), Clock, Cancel);
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _service.DisposeAsync();
        _stop.Dispose();
    }
}
