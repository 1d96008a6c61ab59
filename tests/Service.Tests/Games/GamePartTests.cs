using System.Text;
using Shouldly;
using SnapshotBot.Service.Games;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

public sealed class GamePartTests
{
    private const string Anna = "0f14d0ab-9605-4a62-a9e4-5ed26688389b";

    private static readonly Files World = new()
    {
        ["/data/usercache.json"] =
            $$"""[{"name":"Anna","uuid":"{{Anna}}","expiresOn":"2026-01-02"},{"name":"Anna","uuid":"11111111-1111-1111-1111-111111111111","expiresOn":"2025-01-02"},{"name":"Ben","uuid":"22222222-2222-2222-2222-222222222222"},{"name":"../x","uuid":"{{Anna}}"},{"name":"\ud800","uuid":"{{Anna}}"},7]""",
        [$"/data/world/playerdata/{Anna}.dat"] = "",
        [$"/data/world/stats/{Anna}.json"] = "",
        ["/data/world/region/r.0.0.mca"] = "",
        ["/data/world_nether/DIM-1/region/r.0.0.mca"] = "",
        ["/data/world_the_end/DIM1/region/r.0.0.mca"] = "",
        ["/data/server.properties"] = "",
        ["/data/paper.yml"] = "",
        ["/data/config/x.toml"] = "",
    };

    private static readonly IReadOnlyList<GamePart> Parts = [.. Profile().Parts.Select(GameParts.Of)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("player Anna")]
    [InlineData("player anna")]
    [InlineData("PLAYER \"Anna\"")]
    [InlineData("player " + Anna)]
    public async Task Resolve_Player_IsTheNewestOwnerOfTheName(string part) =>
        (await ResolveAsync(part)).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe([$"/data/world/playerdata/{Anna}.dat", $"/data/world/stats/{Anna}.json"]);

    [Theory]
    [InlineData("player Mallory", "Mallory")]
    [InlineData("player ../x", "../x")]
    [InlineData("player *", "*")]
    [InlineData("player Ben", "Ben")]
    public async Task Resolve_PlayerWithoutFiles_IsNothing(string part, string wanted)
    {
        var nothing = (await ResolveAsync(part)).ShouldBeOfType<PartAnswer.Nothing>();

        nothing.Wanted.ShouldBe(wanted);
        nothing.Known.ShouldContain("Anna");
    }

    [Fact]
    public async Task Resolve_Area_IsTheSameSquareOfAllThreeFolders() =>
        (await ResolveAsync("area world 100 -1")).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe(
            ["/data/world/region/r.0.-1.mca", "/data/world/entities/r.0.-1.mca", "/data/world/poi/r.0.-1.mca"]);

    [Fact]
    public async Task Resolve_AreaOfTwoCorners_IsEverySquareBetween() =>
        (await ResolveAsync("area world 600 0 -1 511")).ShouldBeOfType<PartAnswer.Paths>().All.Where(path => path.Contains("/region/", StringComparison.Ordinal))
            .ShouldBe(["/data/world/region/r.-1.0.mca", "/data/world/region/r.0.0.mca", "/data/world/region/r.1.0.mca"]);

    [Theory]
    [InlineData("/data/castle/DIM-1", "castle_nether")]
    [InlineData("/data/castle/DIM1", "castle_the_end")]
    [InlineData("/data/castle_nether/DIM-1", "castle_nether")]
    [InlineData("/data/castle_the_end/DIM1", "castle_the_end")]
    [InlineData("/data/castle/dimensions/minecraft/overworld", "castle")]
    [InlineData("/data/castle/dimensions/minecraft/the_nether", "castle_nether")]
    [InlineData("/data/castle/dimensions/minecraft/the_end", "castle_the_end")]
    [InlineData("/data/castle/dimensions/aether/the_aether", "castle/dimensions/aether/the_aether")]
    public async Task Resolve_AreaOfADimension_IsFoundInEveryLayoutOfTheGame(string folder, string name)
    {
        var files = new Files { [$"{folder}/region/r.0.0.mca"] = "", ["/data/castle/level.dat"] = "" };

        (await Parts.First(part => part.Word == "area").SuggestAsync(files, Cancel)).ShouldBe([name]);
        (await GameParts.ResolveAsync(Parts, $"area {name} 0 0", files, Cancel)).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe(
            [$"{folder}/region/r.0.0.mca", $"{folder}/entities/r.0.0.mca", $"{folder}/poi/r.0.0.mca"]);
        (await GameParts.ResolveAsync(Parts, $"area {folder["/data/".Length..]} 0 0", files, Cancel)).ShouldBeOfType<PartAnswer.Paths>();
    }

    [Fact]
    public async Task Resolve_TwoDimensionsOfOneName_AreToldApartByTheirFolders()
    {
        var files = new Files { ["/data/world/DIM-1/region/r.0.0.mca"] = "", ["/data/world_nether/DIM-1/region/r.0.0.mca"] = "" };

        (await GameParts.ResolveAsync(Parts, "area world_nether 0 0", files, Cancel)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBe(["world/DIM-1", "world_nether/DIM-1"]);
        (await GameParts.ResolveAsync(Parts, "area world/DIM-1 0 0", files, Cancel)).ShouldBeOfType<PartAnswer.Paths>().All[0].ShouldBe("/data/world/DIM-1/region/r.0.0.mca");
    }

    [Theory]
    [InlineData("/home/sdtdserver")]
    [InlineData("/app")]
    public async Task Resolve_SevenDaysToDie_PlayersAndSquaresOfWhicheverImage(string home)
    {
        var save = $"{home}/.local/share/7DaysToDie/Saves/Navezgane/Our game";
        var files = new Files { [$"{save}/Region/r.0.-1.7rg"] = "", [$"{save}/Player/Steam_7656.ttp"] = "", [$"{save}/Player/EOS_0002.ttp"] = "" };
        IReadOnlyList<GamePart> parts = [.. Profile("seven-days-to-die").Parts.Select(GameParts.Of)];

        (await GameParts.ResolveAsync(parts, "area \"Navezgane/Our game\" 10 -10", files, Cancel)).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe([$"{save}/Region/r.0.-1.7rg"]);
        (await GameParts.ResolveAsync(parts, "player EOS_0002", files, Cancel)).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe([$"{save}/Player/EOS_0002.ttp"]);
        (await GameParts.ResolveAsync(parts, "player Anna", files, Cancel)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBe(["EOS_0002", "Steam_7656"]);
        (await GameParts.ResolveAsync(parts, "area nowhere 0 0", files, Cancel)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBe(["Navezgane/Our game"]);
    }

    [Theory]
    [InlineData("/app/server/ShooterGame/Saved/SavedArks/0002.arkprofile")]
    [InlineData("/home/gameserver/server-files/ShooterGame/Saved/SavedArks/TheIsland_WP/0002.arkprofile")]
    public async Task Resolve_Ark_PlayersProfile(string file)
    {
        IReadOnlyList<GamePart> parts = [.. Profile("ark").Parts.Select(GameParts.Of)];

        (await GameParts.ResolveAsync(parts, "player 0002", new Files { [file] = "" }, Cancel)).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe([file]);
    }

    [Theory]
    [InlineData("area ../../etc 0 0")]
    [InlineData("area config 0 0")]
    [InlineData("area world2 0 0")]
    public async Task Resolve_AreaOfNoWorld_TellsTheWorlds(string part) =>
        (await ResolveAsync(part)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBe(["world", "world_nether", "world_the_end"]);

    [Theory]
    [InlineData("area world 0")]
    [InlineData("area world 0 0 1")]
    [InlineData("area world x 0")]
    [InlineData("area world 99999999999 0")]
    [InlineData("area world -30000000 -30000000 30000000 30000000")]
    [InlineData("area world -9223372036854775808 0")]
    [InlineData("player")]
    [InlineData("player Anna Ben")]
    [InlineData("config now")]
    [InlineData("world")]
    [InlineData("")]
    public async Task Resolve_NotUnderstood_TellsHowItIsWritten(string part) =>
        (await ResolveAsync(part)).ShouldBeOfType<PartAnswer.NotUnderstood>().Usages.ShouldNotBeEmpty();

    [Fact]
    public async Task Resolve_Config_IsWhatOfItIsThere() =>
        (await ResolveAsync("config")).ShouldBeOfType<PartAnswer.Paths>().All.ShouldBe(["/data/config", "/data/server.properties", "/data/paper.yml"]);

    [Fact]
    public async Task Suggest_PlayersAndWorlds_AreTold()
    {
        (await Parts.First(part => part.Word == "player").SuggestAsync(World, Cancel)).ShouldContain("Ben");
        (await Parts.First(part => part.Word == "area").SuggestAsync(World, Cancel)).ShouldBe(["world", "world_nether", "world_the_end"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[{\"name\":1}]")]
    public async Task Resolve_UserCacheBroken_KnowsNobody(string json) =>
        (await GameParts.ResolveAsync(Parts, "player Anna", new Files { ["/data/usercache.json"] = json }, Cancel)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBeEmpty();

    private static Task<PartAnswer> ResolveAsync(string part) => GameParts.ResolveAsync(Parts, part, World, Cancel);

    private static GameProfile Profile(string name = "minecraft-java")
    {
        var root = TestFolder.Make();
        try
        {
            return new GameProfiles(new DataFolder(root), new ServiceOptions { DataFolder = root }).Find(name)!;
        }
        finally
        {
            TestFolder.Remove(root);
        }
    }

    private sealed class Files : Dictionary<string, string>, IGameFiles
    {
        public Files()
            : base(StringComparer.Ordinal)
        {
        }

        public Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken) =>
            Task.FromResult(TryGetValue(path, out var content) ? Encoding.UTF8.GetBytes(content) : null);

        public Task<IReadOnlyList<string>> ListAsync(string path, CancellationToken cancellationToken)
        {
            var top = path == "/" ? "/" : path + "/";
            var names = Keys.Where(key => key.StartsWith(top, StringComparison.Ordinal)).Select(key => key[top.Length..])
                .Select(rest => rest.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? rest[..(slash + 1)] : rest).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return Task.FromResult<IReadOnlyList<string>>([.. names]);
        }

        public string Show(string path) => path;
    }
}
