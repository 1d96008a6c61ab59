using System.Diagnostics;
using Shouldly;

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>A small disk of its own below a folder: memory, so that it can be filled and made read-only without harm.</summary>
internal static class DiskRoom
{
    public static async Task MountAsync(string folder, int megabytes)
    {
        _ = Directory.CreateDirectory(folder);
        (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder)).ShouldBe(0);
    }

    public static async Task RemountAsync(string folder, string how) => (await RunAsync("mount", "-o", "remount," + how, folder)).ShouldBe(0);

    public static async Task<bool> UnmountAsync(string folder) => Directory.Exists(folder) && await RunAsync("umount", "-q", folder) == 0;

    private static async Task<int> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
