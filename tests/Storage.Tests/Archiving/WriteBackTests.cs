using System.Runtime.InteropServices;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.PlayedWorld;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What a pass would read is on the disk before it begins, and nothing else is touched.</summary>
public sealed partial class WriteBackTests
{
    [Fact]
    public async Task WriteBackAsync_WhatAPassWouldRead_IsWrittenAndNothingElse()
    {
        await using var archive = MakeWorld();
        WriteLarge(archive.Folder, "same.db", 8 << 20);
        WriteLarge(archive.Folder, "left out.db", 8 << 20);
        var parent = await archive.PassAsync();
        WriteLarge(archive.Folder, "changed.db", 8 << 20);
        Assert.SkipWhen(DirtyPages(archive, "changed.db") is null, "This kernel does not tell what it has not written yet.");
        var before = (DirtyPages(archive, "same.db"), DirtyPages(archive, "left out.db"));

        await using var session = await archive.SessionAsync();
        var options = new PassOptions { Parent = parent.Tree, Excludes = (path, _) => path.ToString() == "left out.db", Effort = PassEffort.Courteous };
        await session.WriteBackAsync(archive.Whole, options, CancellationToken.None);

        DirtyPages(archive, "changed.db").ShouldBe(0);
        (DirtyPages(archive, "same.db"), DirtyPages(archive, "left out.db")).ShouldBe(before, "those are the kernel's own business");
        (await session.PassAsync(archive.Whole, options, CancellationToken.None)).Stats.FilesNew.ShouldBe(1);
    }

    [Fact]
    public async Task WriteBackAsync_FilesGoMeanwhile_IsNoTrouble()
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        await session.WriteBackAsync(archive.Whole, new PassOptions { Excludes = (path, _) => Vanish(archive, path) }, CancellationToken.None);
        (await session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None)).Warnings.ShouldBeEmpty();
    }

    private static bool Vanish(Archive archive, PathBytes path)
    {
        var file = archive.Folder.At(path.ToString());
        if (File.Exists(file) && file.EndsWith(".dat", StringComparison.Ordinal))
            File.Delete(file);
        return false;
    }

    /// <summary>Pages of a file that are not on the disk yet (cachestat(2), Linux 6.5); null where that is not told.</summary>
    private static long? DirtyPages(Archive archive, string name)
    {
        const int cacheStat = 451;
        Span<ulong> range = stackalloc ulong[2];
        Span<ulong> told = stackalloc ulong[5];
        using var file = File.OpenHandle(archive.Folder.At(name));
        unsafe
        {
            fixed (ulong* all = range, pages = told)
                return SystemCall(cacheStat, (int)file.DangerousGetHandle(), all, pages, 0) == 0 ? (long)told[1] : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static unsafe partial nint SystemCall(nint number, nint file, ulong* range, ulong* told, nint flags);
}
