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
        ["/data/world_nether/region/r.0.0.mca"] = "",
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
    [InlineData("area ../../etc 0 0")]
    [InlineData("area config 0 0")]
    [InlineData("area world2 0 0")]
    public async Task Resolve_AreaOfNoWorld_TellsTheWorlds(string part) =>
        (await ResolveAsync(part)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBe(["world", "world_nether"]);

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
        (await Parts.First(part => part.Word == "area").SuggestAsync(World, Cancel)).ShouldBe(["world", "world_nether"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[{\"name\":1}]")]
    public async Task Resolve_UserCacheBroken_KnowsNobody(string json) =>
        (await GameParts.ResolveAsync(Parts, "player Anna", new Files { ["/data/usercache.json"] = json }, Cancel)).ShouldBeOfType<PartAnswer.Nothing>().Known.ShouldBeEmpty();

    private static Task<PartAnswer> ResolveAsync(string part) => GameParts.ResolveAsync(Parts, part, World, Cancel);

    private static GameProfile Profile()
    {
        var root = TestFolder.Make();
        try
        {
            return new GameProfiles(new DataFolder(root), new ServiceOptions { DataFolder = root }).Find("minecraft-java")!;
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
