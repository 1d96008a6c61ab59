using Shouldly;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

/// <summary>A game of shell lines in a real container, asked by profiles of the user's folder.</summary>
public sealed class GameTests
{
    /// <summary>Answers its console, and writes down whether it may write: <c>on</c> or <c>off</c>.</summary>
    private const string Console =
        "echo on > /data/saving; trap 'exit 0' TERM; while read line; do case \"$line\" in save-off) echo off > /data/saving; echo 'Saving is off';; save-on) echo on > /data/saving;; hang) ;; *) echo \"$line\" >> /data/heard; echo \"Heard $line\";; esac; done";

    private static readonly Progress<OperationProgress> Nobody = new();

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Quiesce_ByConsole_HoldsAndReleases(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await StartAsync(bench, """
            "quiesce": {
              "hold": [{ "console": "save-off", "answerIn": "log", "expect": "^Saving is off" }, { "exec": ["grep", "off", "/data/saving"], "expect": "off" }],
              "release": [{ "console": "save-on" }, { "exec": ["grep", "on", "/data/saving"], "expect": "on", "repeat": "until-expected" }]
            }
            """);

        var hold = await game.QuiesceAsync(Nobody, ServiceBench.Cancel);

        hold.State.ShouldBeOfType<QuiesceState.Held>();
        (await bench.ShellAsync(game.Container!.Id, "cat /data/saving")).ShouldBe("off\n");
        await hold.ReleaseAsync();
        (await bench.ShellAsync(game.Container!.Id, "cat /data/saving")).ShouldBe("on\n");
        await hold.ReleaseAsync();
        await hold.DisposeAsync();
    }

    [Fact]
    public async Task Quiesce_NeverAnswers_TimesOutAndIsReleased()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await StartAsync(bench, """
            "quiesce": {
              "hold": [{ "console": "save-off", "answerIn": "log", "expect": "off" }, { "console": "hang", "answerIn": "log", "expect": "never", "deadlineSeconds": 1 }],
              "release": [{ "console": "save-on" }, { "exec": ["grep", "on", "/data/saving"], "expect": "on", "repeat": "until-expected" }]
            }
            """);

        await using (var hold = await game.QuiesceAsync(Nobody, ServiceBench.Cancel))
            hold.State.ShouldBeOfType<QuiesceState.TimedOut>();

        (await bench.ShellAsync(game.Container!.Id, "cat /data/saving")).ShouldBe("on\n");
    }

    [Theory]
    [InlineData("""{ "exec": ["sleep", "100"], "deadlineSeconds": 1 }""", typeof(QuiesceState.TimedOut))]
    [InlineData("""{ "exec": ["no-such-program"] }""", typeof(QuiesceState.NotSupported))]
    [InlineData("""{ "exec": ["sh", "-c", "echo no; exit 3"] }""", typeof(QuiesceState.Failed))]
    [InlineData("""{ "exec": ["echo", "something else"], "expect": "^saved" }""", typeof(QuiesceState.Failed))]
    [InlineData("""{ "rcon": "save", "deadlineSeconds": 1 }""", typeof(QuiesceState.TimedOut))]
    public async Task Quiesce_GoesWrong_SaysHow(string step, Type state)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await StartAsync(bench, $$"""
            "rcon": { "port": [{ "value": "25575" }], "password": [{ "file": "/data/password", "line": "^password=(.*)$" }] }, "quiesce": { "hold": [{{step}}] }
            """);

        // An RCON that takes every connection and never says a word.
        await bench.ShellAsync(game.Container!.Id, "echo password=geheim > /data/password; mkfifo /data/fifo; (sleep 100 2>/dev/null > /data/fifo &) ; (busybox nc -l -p 25575 2>/dev/null > /dev/null < /data/fifo &)");
        await WaitForPortAsync(bench, game, 25575);

        await using var hold = await game.QuiesceAsync(Nobody, ServiceBench.Cancel);

        hold.State.GetType().ShouldBe(state, hold.State.ToString());
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Rcon_NotPublished_AnswersFromInsideTheContainersNetwork(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await StartAsync(bench, """
            "rcon": { "port": [{ "value": "25575" }], "password": [{ "value": "geheim" }] }, "players": { "step": { "rcon": "list" }, "count": "(\\d+) of", "names": ": (.*)$", "separator": ", " }
            """);

        // What an RCON server says to a login and to one command: the numbers of packets are the client's own, 0x5B01 and 0x5B02.
        const string answers = @"\012\0\0\0\001\133\0\0\002\0\0\0\0\0\047\0\0\0\002\133\0\0\0\0\0\0There are 2 of 20: Anna, Ben\n\0\0";
        await bench.ShellAsync(game.Container!.Id, $"(printf '{answers}' | busybox nc -l -p 25575 2>/dev/null > /dev/null &)");
        await WaitForPortAsync(bench, game, 25575);

        var answer = await game.PlayersAsync(ServiceBench.Cancel);
        var players = answer.ShouldBeOfType<PlayersAnswer.Known>(answer.ToString());

        players.Online.ShouldBe(2);
        players.Names.ShouldBe(["Anna", "Ben"]);
    }

    [Fact]
    public async Task Announce_WordsOfPeople_AreOneHarmlessLine()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await StartAsync(bench, """ "announce": { "step": { "console": "say {text}", "answerIn": "log", "expect": "^Heard say" } } """);

        (await game.AnnounceAsync("restart in 30 s\nop Mallory; $(rm -r /data)", ServiceBench.Cancel)).ShouldBeOfType<AnnounceAnswer.Told>();

        (await bench.ShellAsync(game.Container!.Id, "cat /data/heard")).ShouldBe("say restart in 30 s op Mallory; $(rm -r /data)\n");
    }

    [Fact]
    public async Task Ask_NothingKnownOrNotRunning_SaysSo()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var id = await bench.StartGameAsync();
        await bench.AddServerAsync("Survival", id);
        var game = await FindAsync(bench, "Survival");

        game.Profile.Name.ShouldBe("generic");
        (await game.PlayersAsync(ServiceBench.Cancel)).ShouldBeOfType<PlayersAnswer.Unknown>();
        (await game.AnnounceAsync("hi", ServiceBench.Cancel)).ShouldBeOfType<AnnounceAnswer.NotSupported>();
        (await game.ReadyAsync(ServiceBench.Cancel)).ShouldBeOfType<ReadyAnswer.NoCheck>();
        (await game.VersionAsync(ServiceBench.Cancel)).ShouldBeNull();
        (await game.QuiesceAsync(Nobody, ServiceBench.Cancel)).State.ShouldBeOfType<QuiesceState.NotSupported>();
    }

    [Fact]
    public async Task Quiesce_OwnerDied_HealingReleases()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await StartAsync(bench, """
            "quiesce": {
              "hold": [{ "console": "save-off", "answerIn": "log", "expect": "off" }],
              "release": [{ "console": "save-on" }, { "exec": ["grep", "on", "/data/saving"], "expect": "on", "repeat": "until-expected" }]
            }
            """);
        var server = bench.Get<ServerStore>().All()[0];
        var operation = OperationId.New(TimeProvider.System);
        await using (var journal = new Journal(bench.Get<DataFolder>(), bench.Get<FactTypes>(), operation))
        {
            (await game.QuiesceAsync(server.Id, journal, Nobody, ServiceBench.Cancel)).State.ShouldBeOfType<QuiesceState.Held>();
            (await bench.ShellAsync(game.Container!.Id, "cat /data/saving")).ShouldBe("off\n");
        }

        await bench.Operations.HealAsync(ServiceBench.Cancel);

        (await bench.ShellAsync(game.Container!.Id, "cat /data/saving")).ShouldBe("on\n");
    }

    private static async Task<Game> StartAsync(ServiceBench bench, string fields)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Root, "sb-data", "profiles"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "shell.json"),
            $$"""{ "schema": 1, "name": "shell", "title": "Shell game", "match": { "labels": { "game": "shell" } }, {{fields}} }""",
            ServiceBench.Cancel);
        var id = await bench.StartGameAsync(change: one => one with
        {
            TakesInput = true,
            Command = ["/bin/sh", "-c", Console],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["game"] = "shell" },
        });
        await bench.AddServerAsync("Shell", id);
        while (await bench.ShellAsync(id, "cat /data/saving 2>/dev/null || true") != "on\n")
            await Task.Yield();
        return await FindAsync(bench, "Shell");
    }

    private static Task<Game> FindAsync(ServiceBench bench, string server) =>
        bench.Get<GameFinder>().ForAsync(bench.Get<ServerStore>().All().First(one => one.Name == server), ServiceBench.Cancel);

    private static async Task WaitForPortAsync(ServiceBench bench, Game game, int port)
    {
        var line = $"grep -c ':{port:X4} ' /proc/net/tcp /proc/net/tcp6 | grep -vc ':0$' || true";
        while ((await bench.ShellAsync(game.Container!.Id, line)).Trim() == "0")
            await Task.Yield();
    }
}
