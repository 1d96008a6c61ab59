using Xunit;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>A file system of its own with little room, mounted at a folder; gone when disposed. Needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <param name="folder">A folder to be made.</param>
    /// <param name="megabytes">Its room.</param>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var image = folder + ".image";
        await using (var file = File.Create(image))
        {
            file.SetLength((long)megabytes << 20);
        }

        var made = await TryAsync("mkfs.ext4", "-q", "-m", "0", image) && await TryAsync("mount", "-o", "loop", image, folder);
        // Where there are no loop devices (a container), memory has to do.
        made = made || await TryAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder);
        Assert.True(made, "a small file system could not be mounted: this test needs root");
        return new SmallDisk(folder);
    }

    public async ValueTask DisposeAsync() => await TryAsync("umount", Folder);

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        try
        {
            var path = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin" };
            var ended = await Tool.RunAsync("/usr/bin/env", [program, .. arguments], path, CancellationToken.None);
            return ended.ExitCode == 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
