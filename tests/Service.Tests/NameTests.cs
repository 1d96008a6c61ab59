using CsCheck;
using Shouldly;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class NameTests
{
    [Theory]
    [InlineData("Survival with friends", null)]
    [InlineData("🐉 @everyone <@123> `x` $(rm -rf ~)", null)]
    [InlineData("..hidden", null)]
    [InlineData("", NameFault.Empty)]
    [InlineData("   ", NameFault.Empty)]
    [InlineData("a/b", NameFault.Slash)]
    [InlineData("..", NameFault.PathStep)]
    [InlineData("two\nlines", NameFault.ControlCharacters)]
    [InlineData("bell\u0007", NameFault.ControlCharacters)]
    [InlineData("\u202Eesrever", NameFault.ControlCharacters)]
    public void FaultOfServer_Name_IsAcceptedOrNamed(string name, NameFault? fault) => ServerNames.FaultOfServer(name).ShouldBe(fault);

    [Fact]
    public void FaultOfServer_TwoHundredEmoji_FitsAndOneMoreDoesNot()
    {
        ServerNames.FaultOfServer(string.Concat(Enumerable.Repeat("👨‍👩‍👧", 200))).ShouldBe(null);
        ServerNames.FaultOfServer(string.Concat(Enumerable.Repeat("🐉", 201))).ShouldBe(NameFault.TooLong);
        ServerNames.FaultOfServer("a" + new string('\u0301', 5000)).ShouldBe(NameFault.TooLong);
    }

    [Fact]
    public void FaultOfServer_HalfACharacter_IsRefused() => ServerNames.FaultOfServer("x\ud83d").ShouldBe(NameFault.ControlCharacters);

    [Fact]
    public void Tags_AnyNameAndNote_ComeBackAsTheyWere() =>
        Gen.Select(Gen.String[1, 60], Gen.String, Gen.Bool, Gen.Int[0, 1000]).Sample((name, note, locked, revision) =>
        {
            var tags = new SnapshotTags
            {
                Id = new SnapshotId("0123456789abcdef"),
                Name = name,
                Note = note.Length == 0 ? null : note,
                IsLocked = locked,
                Reason = "schedule:nightly",
                VerifiedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                Revision = revision,
            };
            var read = SnapshotTags.Read(tags.Write())!;
            return read.Name == tags.Name && read.Note == tags.Note && read.IsLocked == locked && read.Revision == revision
                && read.VerifiedAt == tags.VerifiedAt && read.Reason == tags.Reason && read.Id == tags.Id;
        });

    [Fact]
    public void Tags_OfOthers_AreKeptAndAFalseIdIsNotOurs()
    {
        SnapshotTags.Read(["id=../../etc/passwd", "name=x"]).ShouldBeNull();
        SnapshotTags.Read(["home", "daily"]).ShouldBeNull();
        SnapshotTags.Read(["id=0123456789abcdef", "name=x", "daily", "color=red"])!.Write().ShouldBe(["id=0123456789abcdef", "name=x", "why=manual", "daily", "color=red"]);
    }

    [Theory]
    [InlineData("/data//world/", "/data/world", null)]
    [InlineData("web:/srv", "/srv", "web")]
    [InlineData("/", "/", null)]
    public void GamePath_Written_IsRead(string text, string path, string? container)
    {
        GamePath.TryParse(text, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(new GamePath(container, path));
    }
}
