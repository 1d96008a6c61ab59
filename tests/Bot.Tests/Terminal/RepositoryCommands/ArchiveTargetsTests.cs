using System.Text;
using Shouldly;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.RepositoryCommands;
using SnapshotBot.Storage.Archiving;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal.RepositoryCommands;

/// <summary>Paths lie in the snapshot where restic would put them.</summary>
public sealed class ArchiveTargetsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sb-paths-").FullName;

    public ArchiveTargetsTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a", "b"));
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        Directory.CreateDirectory(Path.Combine(_folder, "c", "b"));
        File.WriteAllText(Path.Combine(_folder, "a", "file"), "x");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a", "a")]
    [InlineData("./a//b/", "a/b")]
    [InlineData("a/b/..", "a")]
    [InlineData("../x", "x")]
    [InlineData("/srv/world", "srv/world")]
    [InlineData(".", "")]
    [InlineData("/", "")]
    public void PlaceOf_PathAsGiven_IsItsNames(string path, string place) => ArchiveTargets.PlaceOf(path).ShouldBe(place);

    [Fact]
    public void Open_AbsolutePath_IsKeptWholeWithItsWay()
    {
        using var targets = ArchiveTargets.Open([Path.Combine(_folder, "a")], "/");

        targets.Items.OfType<ArchiveItem.Folder>().Select(Place).ShouldBe([_folder[1..] + "/a"]);
        targets.Items.OfType<ArchiveItem.Way>().Select(Place).ShouldContain(_folder[1..]);
    }

    [Fact]
    public void Open_Dot_IsItsContents()
    {
        using var targets = ArchiveTargets.Open(["."], _folder);

        targets.Items.ShouldHaveSingleItem().ShouldBeOfType<ArchiveItem.Folder>().Target.ShouldBeEmpty();
        targets.Paths.ShouldBe([_folder]);
    }

    [Theory]
    [InlineData("a/file c c/b c", "a/file c")]
    [InlineData("c/b c a/file", "a/file c")]
    [InlineData("a/b a/file a", "a")]
    [InlineData("a/file .", "a b c")]
    [InlineData(". a/file", "a b c")]
    public void Open_OnePathInAnother_IsPartOfItInAnyOrder(string paths, string places)
    {
        using var targets = ArchiveTargets.Open(paths.Split(' '), _folder);

        targets.Items.Where(item => item is not ArchiveItem.Way).Select(Place).Order().ShouldBe(places.Split(' '));
    }

    [Fact]
    public void Open_TwoPlacesOfOneName_IsRefused()
    {
        var failure = Should.Throw<CommandFailedException>(() => ArchiveTargets.Open(["b", "../b"], Path.Combine(_folder, "a"))).Failure;

        failure.Exit.ShouldBe(ExitCode.BadInput);
    }

    private static string Place(ArchiveItem item) => Encoding.UTF8.GetString(item.Target);
}
