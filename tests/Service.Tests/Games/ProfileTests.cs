using System.Text;
using Shouldly;
using SnapshotBot.Service.Games;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

public sealed class ProfileTests
{
    private const string Small = """{ "schema": 1, "name": "mine", "title": "My game" }""";

    [Fact]
    public void Read_ShippedProfiles_AreAllThereAndGood()
    {
        using var folder = new Folder();

        var (profiles, faults) = folder.Profiles.Read();

        faults.ShouldBeEmpty();
        profiles.Select(one => one.Name).ShouldBe(
        [
            "ark", "factorio", "generic", "luanti", "minecraft-bedrock", "minecraft-java", "palworld", "project-zomboid", "rust", "satisfactory",
            "seven-days-to-die", "terraria", "valheim",
        ]);
    }

    [Fact]
    public void Read_UsersFile_WinsOverTheShippedOne()
    {
        using var folder = new Folder(("valheim.json", """{ "schema": 1, "name": "valheim", "title": "Mine" }"""));

        folder.Profiles.Find("valheim")!.Title.ShouldBe("Mine");
        folder.Profiles.Find("valheim")!.File.ShouldBe("valheim.json");
    }

    [Fact]
    public void Read_OneFileBad_NamesItAndUsesTheOthers()
    {
        using var folder = new Folder(("a.json", "{"), ("b.json", Small), ("c.txt", "not looked at"));

        folder.Profiles.All().ShouldContain(one => one.Name == "mine");
        folder.Profiles.All().ShouldContain(one => one.Name == "factorio");

        var told = folder.Notices.ShouldHaveSingleItem().ShouldBeOfType<ServiceNotice.ProfileFaulty>();
        told.Fault.File.ShouldBe("a.json");
    }

    [Fact]
    public void Read_TwoFilesOfOneName_KeepsTheFirst()
    {
        using var folder = new Folder(("a.json", Small), ("b.json", Small.Replace("My game", "Other", StringComparison.Ordinal)));

        var (profiles, faults) = folder.Profiles.Read();

        profiles.First(one => one.Name == "mine").Title.ShouldBe("My game");
        faults.ShouldHaveSingleItem().ShouldBe(new ProfileFault("b.json", "name", "Another file's profile is called 'mine' already."));
    }

    [Fact]
    public void Read_FileTooLarge_IsNamed()
    {
        using var folder = new Folder(("a.json", new string(' ', ProfileReader.LargestFile + 1)));

        folder.Profiles.Read().Faults.ShouldHaveSingleItem().File.ShouldBe("a.json");
    }

    [Theory]
    [InlineData("""{ "schema": 2, "name": "mine", "title": "My game" }""", "schema")]
    [InlineData("""{ "schema": 1, "name": "My Game", "title": "My game" }""", "name")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": " " }""", "title")]
    [InlineData("""{ "schema": 1, "name": "mine" }""", null)]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "unknown": 1 }""", "unknown")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "stop": { "graceSeconds": 0 } }""", "stop.graceSeconds")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "stop": { "graceSeconds": "long" } }""", "stop.graceSeconds")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "stop": { "signal": "rm -rf" } }""", "stop.signal")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [] } }""", "quiesce.hold")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "exec": ["a"], "console": "b" }] } }""", "quiesce.hold[0]")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "exec": ["a"], "expect": "(" }] } }""", "quiesce.hold[0].expect")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "exec": ["a"], "expect": "(a)\\1" }] } }""", "quiesce.hold[0].expect")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "rcon": "save" }] } }""", "quiesce.hold[0].rcon")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "console": "a\nb" }] } }""", "quiesce.hold[0].console")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "telnet": "saveworld" }] } }""", "quiesce.hold[0].telnet")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "telnet": { "port": [], "password": [{ "value": "x" }] } }""", "telnet.port")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "parts": [{ "word": "area", "kind": "area", "worlds": "/data", "paths": ["/data/{world}/{square}"], "dimensions": [{ "folder": "../etc" }] }] }""", "parts[0].dimensions")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "console": "a", "expect": "b" }] } }""", "quiesce.hold[0].answerIn")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "quiesce": { "hold": [{ "exec": ["a"], "deadlineSeconds": 9999 }] } }""", "quiesce.hold[0].deadlineSeconds")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "announce": { "step": { "exec": ["say", "hello"] } } }""", "announce.step")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "announce": { "step": { "exec": ["{text}"] } } }""", "announce.step")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "announce": { "step": { "console": "{text}" } } }""", "announce.step")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "players": { "protocol": "telepathy", "port": [{ "value": "1" }] } }""", "players.protocol")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "players": { "protocol": "a2s" } }""", "players.port")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "players": { "step": { "exec": ["list"] } } }""", "players")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "players": { "step": { "exec": ["list"] }, "names": "(.*)" } }""", "players.none")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "players": { "protocol": "a2s", "port": [{ "env": "A", "largestEnv": ["B"] }] } }""", "players.port[0]")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "parts": [{ "word": "player", "kind": "player-by-id", "paths": ["/a"] }] }""", "parts[0].names")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "parts": [{ "word": "x", "kind": "paths", "paths": ["../etc"] }] }""", "parts[0].paths")]
    [InlineData("""{ "schema": 1, "name": "mine", "title": "t", "secrets": ["/a/../b"] }""", "secrets")]
    [InlineData("""{ "schema": 1, "name": null, "title": "t" }""", "name")]
    public void Read_Fault_NamesItsField(string json, string? field)
    {
        var fault = Should.Throw<ProfileFaultException>(() => ProfileReader.Read(Encoding.UTF8.GetBytes(json), "mine.json", "mine.json")).Fault;

        fault.File.ShouldBe("mine.json");
        fault.Field.ShouldBe(field);
        fault.Problem.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("itzg/minecraft-server", "minecraft-java")]
    [InlineData("itzg/minecraft-server:java21", "minecraft-java")]
    [InlineData("docker.io/itzg/minecraft-server@sha256:00", "minecraft-java")]
    [InlineData("ghcr.io:443/lloesche/valheim-server:latest", "valheim")]
    [InlineData("lscr.io/linuxserver/luanti:latest", "luanti")]
    [InlineData("itzg/minecraft-bedrock-server", "minecraft-bedrock")]
    [InlineData("evil/itzg/minecraft-server-not", null)]
    [InlineData("nginx", null)]
    public void Find_Image_IsTheGames(string image, string? profile)
    {
        using var folder = new Folder();

        ProfileMatcher.Find(folder.Profiles.All(), image, new Dictionary<string, string>(StringComparer.Ordinal), [])?.Name.ShouldBe(profile);
        (ProfileMatcher.Find(folder.Profiles.All(), image, new Dictionary<string, string>(StringComparer.Ordinal), []) is null).ShouldBe(profile is null);
    }

    [Fact]
    public void Find_LabelsAndVariables_NeedAllOfThem()
    {
        using var folder = new Folder(("mine.json",
            """{ "schema": 1, "name": "mine", "title": "t", "match": { "labels": { "game": "mine*", "kind": "*" }, "env": { "GAME": "mine" } } }"""));
        var profiles = folder.Profiles.All();
        var one = new Dictionary<string, string>(StringComparer.Ordinal) { ["game"] = "mine-2" };
        var both = new Dictionary<string, string>(one, StringComparer.Ordinal) { ["kind"] = "" };

        ProfileMatcher.Find(profiles, "x", one, []).ShouldBeNull();
        ProfileMatcher.Find(profiles, "x", both, [])!.Name.ShouldBe("mine");
        ProfileMatcher.Find(profiles, "x", one, ["GAME=mine"])!.Name.ShouldBe("mine");
        ProfileMatcher.Find(profiles, "x", one, ["GAMES=mine"]).ShouldBeNull();
    }

    [Theory]
    [InlineData("/data/mods", "/data/mods", true)]
    [InlineData("/data/mods", "/data/mods/a/b", true)]
    [InlineData("/data/mods", "/data/mods2", false)]
    [InlineData("/data/*/playerdata", "/data/world/playerdata/x.dat", true)]
    [InlineData("/data/*/playerdata", "/data/a/b/playerdata", false)]
    [InlineData("**/*.ini", "/a/b/Game.ini", true)]
    [InlineData("/**/GameUserSettings.ini", "/GameUserSettings.ini", true)]
    [InlineData("/data/*.yml", "/data/paper.yml", true)]
    [InlineData("/data/*.yml", "/data/paper.yml.bak", false)]
    [InlineData("/data", "/", false)]
    public void Fit_Pattern_FitsThePathAndAllBelow(string pattern, string path, bool fits) =>
        new PathPatterns([pattern]).Fit(path).ShouldBe(fits);

    [Theory]
    [InlineData("hello\nop Mallory", "hello op Mallory")]
    [InlineData("a\u2028b\0c\u001b[31m", "a b c [31m")]
    [InlineData("say \"hi\" \\", "say 'hi'")]
    public void Harmless_Text_IsOneLineWithoutQuotes(string text, string harmless)
    {
        GameText.Harmless(text).ShouldBe(harmless);
        GameText.Harmless(new string('x', 10_000)).Length.ShouldBe(200);
    }

    private sealed class Folder : IDisposable
    {
        private readonly string _root = TestFolder.Make();

        public Folder(params (string Name, string Content)[] files)
        {
            Directory.CreateDirectory(Path.Combine(_root, "profiles"));
            foreach (var (name, content) in files)
                File.WriteAllText(Path.Combine(_root, "profiles", name), content);
            Profiles = new GameProfiles(new DataFolder(_root), new ServiceOptions { DataFolder = _root, Notice = Notices.Add });
        }

        public List<ServiceNotice> Notices { get; } = [];

        public GameProfiles Profiles { get; }

        public void Dispose() => TestFolder.Remove(_root);
    }
}
