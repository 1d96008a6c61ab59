using System.Text.Json;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>Files that may not be read: root reads all, so the program runs without the capabilities that let it.</summary>
public sealed class UnreadableTests : Bench
{
    private const int SomebodyElse = 1234;

    [Fact]
    public async Task Archive_FileAndFolderThatMayNotBeRead_KeepsTheRestAndNamesThem()
    {
        World.CreateMany(WorldFolder, 3, 10_000, seed: 1);
        Directory.CreateDirectory(Path.Combine(WorldFolder, "closed"));
        foreach (var name in (string[])["locked", "closed/in"])
            await File.WriteAllTextAsync(Path.Combine(WorldFolder, name), "secret", TestContext.Current.CancellationToken);
        using (var world = DirectoryHandle.OpenRoot(WorldFolder))
        {
            world.SetOwner("locked"u8, SomebodyElse, SomebodyElse);
            world.SetOwner("closed"u8, SomebodyElse, SomebodyElse);
        }

        File.SetUnixFileMode(Path.Combine(WorldFolder, "locked"), UnixFileMode.UserRead);
        File.SetUnixFileMode(Path.Combine(WorldFolder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Terminal.RunAsync("init");

        var ended = await Terminal.WithoutCapabilitiesAsync("dac_override,dac_read_search", "archive", WorldFolder);

        ended.ExitCode.ShouldBe(0, ended.ToString());
        using var said = JsonDocument.Parse(ended.Output);
        var warnings = said.RootElement.GetProperty("snapshot").GetProperty("warnings").EnumerateArray().Select(one => one.ToString()).ToList();
        warnings.Count.ShouldBe(2, ended.Output);
        warnings.ShouldContain(one => one.Contains("locked", StringComparison.Ordinal));
        warnings.ShouldContain(one => one.Contains("closed", StringComparison.Ordinal));
        (await Ours.SnapshotsAsync()).Count.ShouldBe(1);
        await Ours.ShouldBeSoundAsync();
        var kept = await Terminal.RunAsync("ls", "latest");
        kept.ShouldContain("file-0");
        kept.ShouldNotContain("locked");
    }
}
