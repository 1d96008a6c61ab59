using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Engine;
using SnapshotBot.Playground;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Testing.Backends;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// An evening: a stand-in Discord with one guild, a real engine with a game server whose players are a file, the bot between them, and the
/// story that is told of it.
/// </summary>
internal sealed class EveningBench : IAsyncDisposable
{
    public const string Zone = "Europe/Berlin";

    /// <summary>What the game tells of itself: who plays stands in a file that is empty after every start, as in a real one.</summary>
    private const string Profile =
        """
        {
          "schema": 1, "name": "castle", "title": "Castle",
          "match": { "labels": { "game": "castle" } },
          "announce": { "step": { "exec": ["/bin/sh", "-c", "echo \"$0\" >>/data/said.log", "{text}"] } },
          "players": { "step": { "exec": ["/bin/sh", "-c", "echo x >>/dev/shm/asked; cat /dev/shm/online 2>/dev/null || true"] }, "names": "(?m)^(\\S+)$", "none": "\\A\\s*\\z" },
          "parts": [
            { "word": "player", "kind": "player-by-name", "paths": ["/data/players/{player}.dat"] },
            { "word": "area", "kind": "area", "worlds": "/data", "squareSize": 512, "paths": ["/data/{world}/region/{square}.mca"] },
            { "word": "config", "kind": "paths", "paths": ["/data/server.properties"] }
          ],
          "secrets": ["/data/rcon.password"],
          "leaveOut": ["/data/said.log"]
        }
        """;

    // What is awaited and never comes ends the evening with what was told so far.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PATIENCE"), out var seconds) ? seconds : 180);

    // Within what the bot takes for one stretch of play.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(4);

    private readonly CancellationTokenSource _patience;
    private readonly CancellationToken _cancel;
    private bool _isTold;
    private readonly List<ImageTag> _images = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("sb-evening-").FullName;
    private readonly Dictionary<string, string> _environment;

    private EveningBench(StandIn discord, EngineBench engine, string title, CancellationTokenSource patience)
    {
        (Discord, Engine, _patience, _cancel) = (discord, engine, patience, patience.Token);
        Story = new Story(discord, title, _cancel);
        Repository = Path.Combine(DataFolder, "repository");
        _environment = new Dictionary<string, string>
        {
            ["SNAPSHOTBOT_DATA"] = DataFolder,
            ["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = DiscordBench.Password,
            ["DOCKER_HOST"] = engine.Test.Endpoint.Text,
            ["DISCORD_TOKEN"] = discord.Token,
            ["DISCORD_API_URL"] = discord.ApiUrl.AbsoluteUri,
        };
        Story.Call(engine.Name("mc").Value, "mc");
        Story.Call(_folder, "/srv/snapshotbot");
    }

    public StandIn Discord { get; }

    public EngineBench Engine { get; }

    public Story Story { get; }

    public JumpTime Time { get; } = new();

    public OwnBot Bot { get; private set; } = null!;

    public ContainerId Castle { get; set; }

    public string DataFolder => Path.Combine(_folder, "data");

    public string Repository { get; private set; }

    public Guild Guild => Discord.World.Guilds[0];

    public string ContainerName => Engine.Name("mc").Value;

    /// <summary>The game server runs; the bot does not yet.</summary>
    public static async Task<EveningBench> OpenAsync(string title, CancellationToken cancel)
    {
        var discord = await StandIn.StartWithGuildAsync(DiscordBench.Usual, cancel);
        var engine = await EngineBench.OpenAsync(TestEngine.Old, cancel);
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var bench = new EveningBench(discord, engine, title, patience);
        bench.WriteProfile();
        bench.Castle = await bench.StartGameAsync(TestImage.Tag.ToString());
        await bench.ShellAsync(
            "mkdir -p /data/world/region /data/players; echo 'day 1' >/data/level.dat; echo tower >/data/world/region/r.0.0.mca; echo harbour >/data/world/region/r.1.0.mca; "
            + "echo 'sword 1' >/data/players/Anna.dat; echo 'pick 1' >/data/players/Ben.dat; echo 'motd=Castle' >/data/server.properties; echo hunter2 >/data/rcon.password; "
            + "head -c 3000000 /dev/urandom >/data/world/heights");
        return bench;
    }

    /// <summary>A container of the game, from an image, beside the world it has or finds.</summary>
    public async Task<ContainerId> StartGameAsync(string image) => await Engine.StartAsync(
        EngineBench.Sleeper with
        {
            Image = image,
            Mounts = [BlueprintMount.Volume(Engine.Name("world"), "/data")],
            Labels = new Dictionary<string, string> { ["snapshotbot.offer"] = "true", ["game"] = "castle" },
        },
        "mc", _cancel);

    public void WriteProfile()
    {
        _ = Directory.CreateDirectory(Path.Combine(DataFolder, "profiles"));
        File.WriteAllText(Path.Combine(DataFolder, "profiles", "castle.json"), Profile);
    }

    /// <summary>The snapshots lie on another machine, as far as this one can tell.</summary>
    public async Task KeepElsewhereAsync()
    {
        Repository = Path.Combine(_folder, "elsewhere");
        _environment["SNAPSHOTBOT_REPOSITORY"] = Repository;
        _ = await TerminalAsync("repository", "init");
    }

    /// <summary>The snapshots lie with a server.</summary>
    public async Task KeepAtAsync(RcloneServer server)
    {
        _environment["SNAPSHOTBOT_REPOSITORY"] = $"rest:{server.Location.Address}";
        _ = await TerminalAsync("repository", "init");
    }

    public async Task StartBotAsync()
    {
        Bot = await OwnBot.StartAsync(_environment, Time, _cancel);
        await Discord.WaitForClientAsync(_cancel);
        _ = await Discord.WaitAsync(() => Discord.As("owner").Palette.Count > 0 ? this : null, _cancel);
    }

    public async Task StopBotAsync()
    {
        await Bot.DisposeAsync();
        Bot = null!;
    }

    /// <summary>The bot runs, is allowed here, knows who may what, where it reports and which zone is meant.</summary>
    public async Task SetUpAsync()
    {
        await StartBotAsync();
        (await Bot.Desk.Claim.ClaimAsync(Bot.Code, Guild.Id, _cancel)).ShouldBe(ClaimOutcome.Claimed);
        await SetAsync(Guild, SettingKind.Viewer, "everyone");
        await SetAsync(Guild, SettingKind.Operator, $"{Guild.Role("Snapshot operator").Id}");
        await SetAsync(Guild, SettingKind.Admin, $"{Guild.Role("Snapshot admin").Id}");
        await SetAsync(Guild, SettingKind.Channel, $"{Guild.Channel("snapshots").Id}");
        await SetAsync(Guild, SettingKind.Alerts, $"{Guild.Role("Snapshot admin").Id}");
        await SetAsync(Guild, SettingKind.Zone, Zone);
        await SetAsync(Guild, SettingKind.PasswordKept, "yes");
    }

    public async Task SetAsync(Guild guild, string key, string value) =>
        (await Bot.Desk.SettingChanges.SetAsync(key, value, guild.Id, _cancel)).ShouldBeOfType<SettingOutcome.Set>($"{key} = {value}");

    /// <summary>An admin adds the server, without its being told.</summary>
    public async Task AddCastleAsync(string name = "castle")
    {
        var admin = Discord.As("admin");
        var answer = await admin.ReadAsync(admin.Command("server add", ("name", name), ("container", ContainerName)), _cancel);
        answer.Text.ShouldContain(name);
    }

    /// <summary>A second game server beside the first.</summary>
    public async Task AddSecondAsync(string name)
    {
        Story.Call(Engine.Name("mc2").Value, "mc2");
        _ = await Engine.StartAsync(
            EngineBench.Sleeper with { Labels = new Dictionary<string, string> { ["snapshotbot.offer"] = "true" } }, "mc2", _cancel);
        var admin = Discord.As("admin");
        var answer = await admin.ReadAsync(admin.Command("server add", ("name", name), ("container", Engine.Name("mc2").Value)), _cancel);
        answer.Text.ShouldContain(name);
    }

    /// <summary>The game is stopped, removed and made anew from another image, as an updater does it.</summary>
    public async Task ReplaceGameAsync(string image)
    {
        await Engine.Engine.Containers.StopAsync(Castle, TimeSpan.FromSeconds(5), _cancel);
        await Engine.Engine.Containers.RemoveAsync(Castle, AnonymousVolumes.Keep, _cancel);
        Castle = await StartGameAsync(image);
    }

    /// <summary>The game's container as it is called now: a restore may have made it anew.</summary>
    public async Task FindCastleAsync() =>
        Castle = (await Engine.Engine.Containers.ListAsync(_cancel)).Single(container => container.Name == ContainerName).Id;

    /// <summary>An admin posts the panel, without its being told.</summary>
    public async Task<Post> PanelAsync()
    {
        var admin = Discord.As("admin");
        _ = await admin.ReadAsync(admin.Command("panel"), _cancel);
        return await SeesAsync(post => post.IsPinned);
    }

    /// <summary>An admin makes a schedule, without its being told.</summary>
    public async Task<Post> ScheduleAsync(string name, string every)
    {
        var admin = Discord.As("admin");
        var preview = await admin.ReadAsync(admin.Command("schedule set", ("name", name), ("every", every), ("keep", "last=7")), _cancel);
        _ = admin.Click(preview, "Save");
        return await Discord.WaitAsync(() => preview.Text.Contains("Saved " + name, StringComparison.Ordinal) ? preview : null, _cancel);
    }

    /// <summary>Waits until a schedule has ended so many runs.</summary>
    public async Task<ScheduleRunInfo> RunEndedAsync(string name, int runs)
    {
        var reads = await Bot.ServiceAsync<ScheduleReads>(_cancel);
        var history = await Bot.ServiceAsync<ScheduleRuns>(_cancel);
        var schedule = reads.List(null).Single(one => one.Name == name);
        while (true)
        {
            var ended = history.Of(schedule.Id, 100).Where(run => run.State is not (ScheduleRunState.Waiting or ScheduleRunState.Running)).ToList();
            if (ended.Count >= runs)
            {
                return ended[0];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _cancel);
        }
    }

    /// <summary>So many play for a while: time moves on in steps, and at each the bot asks the game who is there.</summary>
    public async Task PlayAsync(TimeSpan time, params string[] names)
    {
        await OnlineAsync(names);
        for (var left = time; left > TimeSpan.Zero; left -= Step)
        {
            var asked = await AskedAsync();
            Time.Jump(Step);
            while (await AskedAsync() == asked)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _cancel);
            }
        }
    }

    private async Task<string> AskedAsync() => await ShellAsync("wc -l </dev/shm/asked 2>/dev/null || echo 0");

    /// <summary>Container, world and the bot's data are gone; what is left is the repository.</summary>
    public async Task LoseMachineAsync()
    {
        await StopBotAsync();
        await Engine.Engine.Containers.StopAsync(Castle, TimeSpan.FromSeconds(5), _cancel);
        await Engine.Engine.Containers.RemoveAsync(Castle, AnonymousVolumes.Remove, _cancel);
        await Engine.Engine.Volumes.RemoveAsync(Engine.Name("world"), _cancel);
        Directory.Delete(DataFolder, recursive: true);
        WriteProfile();
    }

    /// <summary>Something else fills the repository's disk to so many percent.</summary>
    public void Fill(int percent)
    {
        var file = Path.Combine(Repository, ".films");
        File.Delete(file);
        if (percent > 0)
        {
            var disk = new DriveInfo(Repository);
            var bytes = disk.AvailableFreeSpace - (disk.TotalSize * (100 - percent) / 100);
            using var films = new FileStream(file, FileMode.Create);
            films.Write(new byte[Math.Max(0, bytes)]);
        }
    }

    /// <summary>What the bot wrote for all to see, of a kind.</summary>
    public IReadOnlyList<Post> Posts(Func<Post, bool> which) =>
        [.. Guild.Channels.SelectMany(channel => channel.Posts).Where(post => post.OnlyFor is null && post.Author is null && which(post))];

    /// <summary>How many restores were told to have ended well.</summary>
    public int Restored() => Posts(post => post.Text.Contains("✅ Restored", StringComparison.Ordinal)).Count;

    /// <summary>Somebody takes a snapshot, without its being told; returns its id.</summary>
    public async Task<string> SnapshotAsync(string name, string? server = null)
    {
        var actor = Discord.As("operator");
        _ = await actor.ReadAsync(server is null ? actor.Command("snapshot create", ("name", name)) : actor.Command("snapshot create", ("name", name), ("server", server)), _cancel);
        _ = await SeesAsync(post => post.Text.Contains($"Saved **{name}**", StringComparison.Ordinal));
        return await IdOfAsync(name);
    }

    /// <summary>The id of a snapshot, by what is suggested for its name.</summary>
    public async Task<string> IdOfAsync(string name)
    {
        var admin = Discord.As("admin");
        var asked = await admin.AnswerAsync(admin.Type("snapshot info", "snapshot", name), _cancel);
        var id = asked.Choices.First(choice => choice.Name.Contains(name, StringComparison.Ordinal)).Value;
        Story.Call(id, name);
        return id;
    }

    /// <summary>Waits for something of the bot's that all see, wherever it reports.</summary>
    public Task<Post> SeesAsync(Func<Post, bool> which) => Discord.WaitAsync(
        () => Guild.Channels.SelectMany(channel => channel.Posts).LastOrDefault(post => post.OnlyFor is null && post.Author is null && which(post)), _cancel);

    public Task<string> ShellAsync(string line) => Engine.ShellAsync(Castle, line, _cancel);

    public async Task<string> ReadAsync(string path) => (await ShellAsync("cat " + path)).Trim();

    /// <summary>So many play now.</summary>
    public Task OnlineAsync(params string[] names) =>
        ShellAsync(names.Length == 0 ? "rm -f /dev/shm/online" : $"printf '{string.Join("\\n", names)}\\n' >/dev/shm/online");

    /// <summary>The image of the game under another name, as a newer version of it.</summary>
    public async Task<string> ImageAsync(string version)
    {
        var tag = ImageTag.Parse($"{Engine.Name("castle").Value}:{version}");
        using var root = new MemoryStream();
        await TestImage.WriteRootAsync(root, _cancel);
        root.Position = 0;
        _ = await Engine.Engine.Images.ImportAsync(root, tag, ["CMD [\"/bin/sh\"]", $"ENV VERSION={version}"], _cancel);
        _images.Add(tag);
        Story.Call(Engine.Name("castle").Value, "castle");
        return tag.ToString();
    }

    public async Task<ProgramRun> TerminalAsync(params IReadOnlyList<string> arguments)
    {
        var run = await RealProgram.RunAsync(_environment, [.. arguments, "--json", "--progress", "none"]);
        run.Exit.ShouldBe(0, string.Join(' ', arguments) + ": " + run.Output + run.Errors);
        return run;
    }

    /// <summary>The story was told, and no secret anywhere.</summary>
    public async Task EndAsync(string name)
    {
        _isTold = true;
        var log = Bot.Log;
        await StopBotAsync();
        Story.Ends(name);
        var said = string.Join('\n', Discord.World.Guilds.SelectMany(guild => guild.Channels).SelectMany(channel => channel.Posts).SelectMany(post => post.Versions).Select(body => body.ToJsonString()));
        foreach (var secret in (string[])[Discord.Token, DiscordBench.Password, "hunter2"])
        {
            said.ShouldNotContain(secret);
            log.ShouldNotContain(secret);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isTold)
        {
            Story.BreaksOff(Bot?.Log ?? "");
        }

        if (Bot is not null)
        {
            await Bot.DisposeAsync();
        }

        await Discord.DisposeAsync();
        await RemoveImagesAsync();
        await Engine.DisposeAsync();
        _ = await DiskRoom.UnmountAsync(Repository);
        Directory.Delete(_folder, recursive: true);
        _patience.Dispose();

        // In every evening: whatever was sent in it, Discord would have taken it as it is.
        NoObjectionsAttribute.Look(Objections.Of(Discord));
    }

    private async Task RemoveImagesAsync()
    {
        foreach (var tag in _images)
        {
            try
            {
                await Engine.Engine.Images.UntagAsync(tag, CancellationToken.None);
            }
            catch (EngineException)
            {
                // A container of it is still there; the bench's own engine goes with all it has.
            }
        }
    }
}
