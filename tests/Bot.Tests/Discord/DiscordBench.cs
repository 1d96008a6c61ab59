using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Engine;
using SnapshotBot.Playground;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>A stand-in Discord with one guild, a real engine with one game server, and the real program between them.</summary>
internal sealed class DiscordBench : IAsyncDisposable
{
    public const string Password = "correct-horse-battery-staple-93";

    /// <summary>While this file is there the game is not done with saving, so it does not stop.</summary>
    public const string Saving = "/dev/shm/saving";

    private readonly string _data = Directory.CreateTempSubdirectory("sb-discord-").FullName;
    private readonly List<Func<string>> _logs = [];

    private DiscordBench(StandIn discord, EngineBench engine, ContainerId container)
    {
        Discord = discord;
        Engine = engine;
        Container = container;
        QuickGames.In(Path.Combine(_data, "data"));
        Environment = new Dictionary<string, string>
        {
            ["SNAPSHOTBOT_DATA"] = Path.Combine(_data, "data"),
            ["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = Password,
            ["DOCKER_HOST"] = engine.Test.Endpoint.Text,
            ["DISCORD_TOKEN"] = discord.Token,
            ["DISCORD_API_URL"] = discord.ApiUrl.AbsoluteUri,
        };
    }

    public StandIn Discord { get; }

    public EngineBench Engine { get; }

    public ContainerId Container { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public Guild Guild => Discord.World.Guilds[0];

    public string ContainerName => Engine.Name("mc").Value;

    public static Task<DiscordBench> OpenAsync(CancellationToken cancellationToken) => OpenAsync(RateLimits.AsDiscord, cancellationToken);

    public static Task<DiscordBench> OpenAsync(RateLimits limits, CancellationToken cancellationToken) => OpenAsync(Usual with { RateLimits = limits }, cancellationToken);

    /// <summary>As Discord is: three seconds for a first answer, and strict about what is sent.</summary>
    public static StandInOptions Usual => new() { Specification = PublishedSpecification.File };

    /// <summary>Patient, where more is asked of the machine than people would: how long it took is judged by who measures it.</summary>
    public static StandInOptions UnderLoad => Usual with { AnswerTime = TimeSpan.FromSeconds(30) };

    public static async Task<DiscordBench> OpenAsync(StandInOptions options, CancellationToken cancellationToken)
    {
        var discord = await StandIn.StartWithGuildAsync(options, cancellationToken);
        var engine = await EngineBench.OpenAsync(TestEngine.Old, cancellationToken);
        var blueprint = EngineBench.Sleeper with
        {
            Command = ["/bin/sh", "-c", $"trap 'while test -e {Saving}; do sleep 0.1; done; exit 0' TERM; while true; do sleep 1000 & wait; done"],
            Mounts = [BlueprintMount.Volume(engine.Name("world"), "/data")],
            Labels = new Dictionary<string, string> { ["snapshotbot.offer"] = "true" },
        };
        var container = await engine.StartAsync(blueprint, "mc", cancellationToken);
        await engine.ShellAsync(container, "mkdir -p /data/world; echo 'day 1' >/data/level.dat; head -c 3000000 /dev/urandom >/data/world/region", cancellationToken);
        return new DiscordBench(discord, engine, container);
    }

    public async Task<ServingBot> ServeAsync(CancellationToken cancellationToken)
    {
        var bot = await ServingBot.StartAsync(Environment, cancellationToken);
        LogsTo(() => bot.Errors);
        await Discord.WaitForClientAsync(cancellationToken);

        // The commands come a moment after the login.
        _ = await Discord.WaitAsync(() => As("owner").Palette.Count > 0 || Discord.Ledger.Violations.Count > 0 ? this : null, cancellationToken);
        Discord.Ledger.Violations.ShouldBeEmpty();
        return bot;
    }

    /// <summary>Where a bot of this bench says what it did not hear an answer to.</summary>
    public void LogsTo(Func<string> log) => _logs.Add(log);

    public Actor As(string person) => Discord.As(person);

    /// <summary>Allows the guild and sets its roles, as somebody at the terminal does.</summary>
    public async Task SetUpAsync(CancellationToken cancellationToken)
    {
        _ = cancellationToken;
        await TerminalAsync("settings", "set", "guilds", $"{Guild.Id}");
        await TerminalAsync("settings", "set", "roles.viewer", $"{Guild.Role("Snapshot viewer").Id}");
        await TerminalAsync("settings", "set", "roles.operator", $"{Guild.Role("Snapshot operator").Id}");
        await TerminalAsync("settings", "set", "roles.admin", $"{Guild.Role("Snapshot admin").Id}");
    }

    public async Task<ProgramRun> TerminalAsync(params IReadOnlyList<string> arguments)
    {
        var run = await RealProgram.RunAsync(Environment, [.. arguments, "--json", "--progress", "none"]);
        run.Exit.ShouldBe(0, string.Join(' ', arguments) + ": " + run.Output + run.Errors);
        return run;
    }

    /// <summary>Another process that works on the same data; the caller disposes it.</summary>
    public ServiceHost Service() => new(new Settings(null, Environment.GetValueOrDefault), TimeProvider.System);

    /// <summary>Something is found not to be as it should be, by another process than the bot.</summary>
    /// <returns>The incident's id.</returns>
    public async Task<string> OpenIncidentAsync(string server, IncidentCause cause, CancellationToken cancellationToken)
    {
        await using var service = Service();
        var incidents = await service.GetAsync<Incidents>(cancellationToken);
        _ = await incidents.OpenAsync(new ServerId(server), cause, cancellationToken);
        return incidents.List(IncidentFilter.Open, 100).First(incident => incident.Cause.Word == cause.Word).Id;
    }

    /// <summary>Changes a row behind the program's back, where a test can't wait for the clock.</summary>
    public async Task ChangeCatalogAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "data", "catalog.db")};Pooling=False");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<string> WorldAsync(CancellationToken cancellationToken) =>
        (await Engine.ShellAsync(Container, "cat /data/level.dat", cancellationToken)).Trim();

    /// <summary>Somebody presses a button of their own copy, and reads what it becomes or what is said beside it.</summary>
    public async Task<Post> PressAsync(Actor who, Post on, string button, CancellationToken cancellationToken)
    {
        var edits = on.Edits;
        var exchange = who.In(on.Channel).Click(on, button);
        var post = await who.ReadAsync(exchange, cancellationToken);
        if (!exchange.AnswersInPlace)
        {
            return post;
        }

        _ = await Discord.WaitAsync(() => on.Edits > edits || exchange.FollowUps.Count > 0 ? on : null, cancellationToken);
        return exchange.FollowUps is [var beside, ..] ? beside : on;
    }

    /// <summary>The file that says how the operation's message ended.</summary>
    public Task<Post> SeesAsync(string person, string text, CancellationToken cancellationToken) =>
        As(person).SeesAsync(post => post.OnlyFor is null && post.Text.Contains(text, StringComparison.Ordinal), cancellationToken);

    /// <summary>Something everybody sees, to press made-up buttons on.</summary>
    public Task<Post> PublicPostAsync(CancellationToken cancellationToken)
    {
        _ = As("owner").Say("hello");
        return As("owner").SeesAsync(post => post.OnlyFor is null, cancellationToken);
    }

    /// <summary>All that was ever said, to be searched for what must not be in it.</summary>
    public string Said() => string.Join('\n', Guild.Channels.SelectMany(channel => channel.Posts).SelectMany(post => post.Versions).Select(version => version.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await Discord.DisposeAsync();
        await Engine.DisposeAsync();
        Directory.Delete(_data, recursive: true);

        // In every test: whatever was sent in it, Discord would have taken it as it is.
        NoObjectionsAttribute.Look(Objections.Of(Discord, [.. _logs.SelectMany(log => Unheard(log()))]));
    }

    /// <summary>Interactions whose first answer a bot says something about; it does when it heard nothing of it, in time.</summary>
    private static IEnumerable<ulong> Unheard(string log) =>
        Regex.Matches(log, @"interactions/(?<id>\d+)/:token/callback", RegexOptions.NonBacktracking).Select(found => ulong.Parse(found.Groups["id"].ValueSpan, CultureInfo.InvariantCulture));
}
