using Shouldly;
using SnapshotBot.Engine.Tests.Support;
using Xunit;

namespace SnapshotBot.Engine.Tests.Containers;

public sealed class FinderTests
{
    private static readonly string First = "abc1" + new string('0', 60);
    private static readonly string Second = "abc2" + new string('0', 60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("minecraft", "abc1")]
    [InlineData("/minecraft", "abc1")]
    [InlineData("abc2", "abc2")]
    [InlineData("abc20000", "abc2")]
    public async Task Find_NameOrBeginningOfAnId_IsFound(string text, string start) =>
        (await FindAsync(text)).ShouldBeOfType<ContainerLookup.Found>().Container.Id.Value.ShouldStartWith(start);

    [Fact]
    public async Task Find_BeginningOfSeveralIds_ListsThem() =>
        (await FindAsync("abc")).ShouldBeOfType<ContainerLookup.Ambiguous>().Candidates.Select(candidate => candidate.Name).ShouldBe(["minecraft", "map"]);

    [Fact]
    public async Task Find_NameThatIsAlsoAnId_PrefersTheName()
    {
        var list = $$"""[{"Id":"{{First}}","Names":["/abc2"],"Created":1},{"Id":"{{Second}}","Names":["/other"],"Created":2}]""";

        (await FindAsync("abc2", list)).ShouldBeOfType<ContainerLookup.Found>().Container.Id.Value.ShouldBe(First);
    }

    [Fact]
    public async Task Find_MissingName_NamesWhatLooksLikeIt() =>
        (await FindAsync("Mine")).ShouldBeOfType<ContainerLookup.NotFound>().Similar.ShouldBe(["minecraft"]);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/../minecraft")]
    [InlineData("../../images/json")]
    [InlineData("minecraft?force=1")]
    [InlineData("minecraft\r\nDELETE /x")]
    [InlineData("%6dinecraft")]
    [InlineData("@everyone")]
    [InlineData("🎮")]
    public async Task Find_HostileName_AsksForTheListAndNothingElse(string text)
    {
        await using var fake = Fake(TwoContainers);
        using var engine = await fake.ConnectAsync();

        (await engine.Containers.FindAsync(text, Token)).ShouldBeOfType<ContainerLookup.NotFound>();

        fake.Requests.ShouldBe(["GET /_ping", "GET /v1.41/containers/json?all=1"]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("säule")]
    [InlineData("..")]
    public void EngineNameTryParse_OtherText_IsRefused(string text)
    {
        EngineName.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => EngineName.Parse(text));
    }

    [Theory]
    [InlineData("ABCDEF")]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData(null)]
    public void IdsTryParse_OtherText_IsRefused(string? text)
    {
        ContainerId.TryParse(text, out _).ShouldBeFalse();
        ImageId.TryParse(text, out _).ShouldBeFalse();
        NetworkId.TryParse(text, out _).ShouldBeFalse();
    }

    [Fact]
    public void ImageIdTryParse_WithAndWithoutAlgorithm_IsTheSame()
    {
        ImageId.Parse("sha256:" + First).ShouldBe(ImageId.Parse(First));
        ImageId.Parse(First).Reference.ShouldBe("sha256:" + First);
    }

    private static string TwoContainers =>
        $$"""[{"Id":"{{Second}}","Names":["/map"],"Created":2},{"Id":"{{First}}","Names":["/other/alias","/minecraft"],"Created":1}]""";

    private static FakeEngine Fake(string list) =>
        new(line => line == "GET /_ping" ? FakeEngine.Answer(200, "OK") : FakeEngine.Answer(200, list));

    private static async Task<ContainerLookup> FindAsync(string text, string? list = null)
    {
        await using var fake = Fake(list ?? TwoContainers);
        using var engine = await fake.ConnectAsync();
        return await engine.Containers.FindAsync(text, Token);
    }
}
