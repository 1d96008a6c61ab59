using System.Diagnostics;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Testing;

/// <summary>A file system of its own with little room, mounted at a folder; gone when disposed. Needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <param name="folder">A folder to be made.</param>
    /// <param name="megabytes">Its room.</param>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        var image = Image(folder, megabytes);
        var made = await TryAsync(null, "mkfs.ext4", "-q", "-m", "0", image) && await TryAsync(null, "mount", "-o", "loop", image, folder);
        if (!made)
            await Console.Error.WriteLineAsync($"No file system in a file could be mounted here (no loop devices?): one in memory stands for the small disk at {folder}.");
        return made || await TryAsync(null, "mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder)
            ? new SmallDisk(folder)
            : throw new InvalidOperationException("A small file system could not be mounted: this test needs root.");
    }

    /// <summary>One whose files can share blocks; null where this machine can't have it: no root, no loop devices, a kernel without XFS.</summary>
    public static async Task<SmallDisk?> TryMountSharingAsync(string folder)
    {
        const int LeastOfXfs = 320;
        var image = Image(folder, LeastOfXfs);
        var xfs = TestTool.Require("SNAPSHOTBOT_TEST_XFS");
        var libraries = string.Join(':', Directory.GetDirectories(Path.Combine(xfs, "usr", "lib"), "*-linux-gnu*"));
        return await TryAsync(libraries, Path.Combine(xfs, "sbin", "mkfs.xfs"), "-q", "-m", "reflink=1", image) && await TryAsync(null, "mount", "-o", "loop", image, folder)
            ? new SmallDisk(folder)
            : null;
    }

    public async ValueTask DisposeAsync() => await TryAsync(null, "umount", Folder);

    private static string Image(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var image = folder + ".image";
        using var file = File.Create(image);
        file.SetLength((long)megabytes << 20);
        return image;
    }

    private static async Task<bool> TryAsync(string? libraries, params string[] command)
    {
        var start = new ProcessStartInfo("/usr/bin/env", command) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        if (libraries is not null)
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
