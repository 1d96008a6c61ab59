using Shouldly;
using SnapshotBot.Service.Games;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

/// <summary>What the shipped profiles make of games' own words.</summary>
public sealed class QuestionTests
{
    [Theory]
    [InlineData("palworld", "name,playeruid,steamid\nAnna,2531B1D9000000000000000000000000,steam_76561198000000001\nBen, the Great,12345,76561198000000002\n", 2, "Anna|Ben, the Great")]
    [InlineData("palworld", "name,playeruid,steamid\n", 0, "")]
    [InlineData("palworld", "Unknown command", null, "")]
    [InlineData("palworld", "name,playeruid,steamid\nsomething else entirely\n", null, "")]
    [InlineData("ark", "\n0. Anna, 0002abcdef\n1. Ben, 0002fedcba\n ", 2, "Anna|Ben")]
    [InlineData("ark", "No Players Connected \n ", 0, "")]
    [InlineData("ark", "Server received, But no response!! \n ", null, "")]
    [InlineData("terraria", "Anna (127.0.0.1:44768)\nNo players (127.0.0.1:44769)\n2 players connected.\n", 2, "")]
    [InlineData("terraria", ": Anna (127.0.0.1:44768)\r\n1 player connected.\r\n: ", 1, "")]
    [InlineData("terraria", ": No players connected.\n", 0, "")]
    [InlineData("terraria", "There are currently no players online.\n", 0, "")]
    [InlineData("terraria", "Online Players (2/8)\nNo players connected, 9/9)\n", 2, "")]
    [InlineData("terraria", "<Anna> no players connected.\n", null, "")]
    [InlineData("project-zomboid", "Players connected (2): \n-Anna\n-(9) lives\n", 2, "Anna|(9) lives")]
    [InlineData("project-zomboid", "Players connected (0): \n", 0, "")]
    [InlineData("factorio", "Online players (1):\n  Anna (online)\n", 1, "Anna")]
    public void Players_AnswerOfTheGame_IsCountedOrNotKnown(string profile, string answer, int? online, string names)
    {
        var read = QuestionReader.Players(Profile(profile).Players!, GameReply.Said.Of(answer));

        if (online is null)
            read.ShouldBeOfType<PlayersAnswer.Unknown>();
        else
            read.ShouldBeOfType<PlayersAnswer.Known>().ShouldSatisfyAllConditions(
                known => known.Online.ShouldBe(online.Value),
                known => string.Join('|', known.Names).ShouldBe(names));
    }

    [Theory]
    [InlineData("valheim", "0.206.5", "1.0.0.0", "0.206.5")]
    [InlineData("valheim", "g=0.217.46,n=30", "1.0.0.0", "0.217.46")]
    [InlineData("valheim", "0.147.3@0.9.4", "1.0.0.0", "0.147.3")]
    [InlineData("valheim", "", "1.0.0.0", null)]
    [InlineData("rust", "mp100,cp2", "2592", "2592")]
    [InlineData("minecraft-java", "", "Paper 1.21.1", "Paper 1.21.1")]
    public void Version_OfAProtocol_IsTheGamesOwn(string profile, string keywords, string told, string? version) =>
        QuestionReader.Version(Profile(profile).Version!, new GameReply.Said(keywords, 0, [], told)).ShouldBe(version);

    [Theory]
    [InlineData("2026-11-24T04:00:00 1.2 INF Executing command 'saveworld' by Telnet from 127.0.0.1:1\r\n", false)]
    [InlineData("2026-11-24T04:00:00 1.2 INF Chat (from 'x'): 'Anna': World saved\r\n", false)]
    [InlineData("INF Executing command 'saveworld'\r\nWorld saved\r\n", true)]
    public void SevenDaysToDie_Save_IsDoneOnceTheGameSaysSo(string heard, bool done) =>
        ProfileExpression.Of(Profile("seven-days-to-die").Quiesce!.Hold[0].Expect!).IsMatch(heard).ShouldBe(done);

    [Theory]
    [InlineData(": Saving world data: 100%\n", false)]
    [InlineData("Saving world data: 100%\nValidating world save: 17%\n", false)]
    [InlineData("Validating world save: 100%\n", true)]
    [InlineData("Saving world data: 98%\n: Backing up world file\n", true)]
    [InlineData("World saved at (/world/castle.wld)\n", true)]
    [InlineData("<Anna> world saved\n", false)]
    public void Terraria_Save_IsDoneOnceTheFileIsWritten(string heard, bool done) =>
        ProfileExpression.Of(Profile("terraria").Quiesce!.Hold[0].Expect!).IsMatch(heard).ShouldBe(done);

    [Theory]
    [InlineData("RUST_SERVER_PORT=|RUST_SERVER_QUERYPORT=|RUST_RCON_PORT=28016", 28017)]
    [InlineData("RUST_SERVER_PORT=30000|RUST_RCON_PORT=28016", 30001)]
    [InlineData("RUST_SERVER_PORT=30000|RUST_SERVER_QUERYPORT=31000|RUST_RCON_PORT=28016", 31000)]
    [InlineData("", 28017)]
    public async Task Rust_QueryPort_IsOneAboveTheLargerOfTheOthers(string environment, int port)
    {
        using var engine = new LoopbackEngine();
        var container = EngineBench.Describe(EngineBench.Sleeper with { Environment = environment.Split('|') });

        (await new ValueFinder(engine, container).FindPortAsync(Profile("rust").Players!.Port, TestContext.Current.CancellationToken)).ShouldBe(port);
    }

    [Theory]
    [InlineData("ark", "/app/server/ShooterGame/Saved/Config/LinuxServer/GameUserSettings.ini", true)]
    [InlineData("ark", "/app/arkmanager.cfg", true)]
    [InlineData("palworld", "/home/steam/server/rcon.yaml", true)]
    [InlineData("seven-days-to-die", "/app/.local/share/7DaysToDie/serverconfig.xml", true)]
    [InlineData("seven-days-to-die", "/app/.local/share/7DaysToDie/Saves/Navezgane/castle/main.ttw", false)]
    public void Secrets_OfShippedProfiles_AreListed(string profile, string path, bool secret) =>
        new PathPatterns(Profile(profile).Secrets).Fit(path).ShouldBe(secret);

    [Fact]
    public void Ark_World_LeavesTheConfigurationAlone() =>
        Profile("ark").Parts.Single(part => part.Word == "world").Paths.ShouldAllBe(path => !PathPatterns.FitsText(path, "/app/server/ShooterGame/Saved/Config"));

    [Fact]
    public async Task Rcon_ConnectionClosedAfterTheCommand_IsNotSentAgainToAnotherAddress()
    {
        var heard = 0;
        await using var game = RconGame.Serve((_, stream, _, _) =>
        {
            Interlocked.Increment(ref heard);
            stream.Close();
            return Task.CompletedTask;
        });
        using var engine = new LoopbackEngine();
        var port = game.Address.EndPoint.Port;
        var container = EngineBench.Describe(EngineBench.Sleeper with { Network = "host" });
        var rcon = new ProfileRcon { Port = [new() { Value = $"{port}" }], Password = [new() { Value = RconGame.Password }] };
        var profile = new GameProfile { Schema = 1, Name = "mine", Title = "My game", Rcon = rcon };

        (await new GameSteps(engine, container, profile, TimeProvider.System).RunAsync(new ProfileStep { Rcon = "say hello" }, null, TestContext.Current.CancellationToken))
            .ShouldBeOfType<StepAnswer.Failed>();

        GameAddress.Of(engine, container, port, "tcp").Count.ShouldBe(2);
        heard.ShouldBe(1);
    }

    private static GameProfile Profile(string name)
    {
        var own = typeof(GameProfile).Assembly;
        using var stream = own.GetManifestResourceStream($"SnapshotBot.Service.Games.Profiles.{name}.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ProfileReader.Read(bytes.ToArray(), name, null);
    }
}
