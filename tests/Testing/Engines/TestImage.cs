using System.Formats.Tar;
using SnapshotBot.Engine;

namespace SnapshotBot.Testing.Engines;

/// <summary>The image that test containers are made from: one static busybox. Nothing is pulled.</summary>
public static class TestImage
{
    private static readonly string[] Applets =
    [
        "sh", "sleep", "cat", "ls", "echo", "touch", "mkdir", "rm", "rmdir", "mv", "cp", "ln", "chmod", "chown", "dd", "head", "tail", "sync",
        "find", "stat", "date", "true", "false", "kill", "mkfifo", "mknod", "printf", "sed", "grep", "sha256sum", "test", "usleep", "wc", "env", "id", "tee",
    ];

    private static readonly SemaphoreSlim Importing = new(1);

    public static ImageTag Tag { get; } = ImageTag.Parse("snapshotbot-test:1");

    /// <summary>Makes sure the engine has the image.</summary>
    public static async Task<ImageId> ImportAsync(IDockerEngine engine, CancellationToken cancellationToken)
    {
        await Importing.WaitAsync(cancellationToken);
        try
        {
            if (await engine.Images.FindAsync(Tag.ToString(), cancellationToken) is { } there)
            {
                return there.Id;
            }

            using var tar = new MemoryStream();
            await WriteRootAsync(tar, cancellationToken);
            tar.Position = 0;
            return await engine.Images.ImportAsync(tar, Tag, ["CMD [\"/bin/sh\"]"], cancellationToken);
        }
        finally
        {
            Importing.Release();
        }
    }

    /// <summary>The tar of a root directory with busybox, a few files and directories that tests change.</summary>
    public static async Task WriteRootAsync(Stream tar, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var directory in new[] { "bin", "etc", "tmp", "game", "game/mods", "data" })
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, directory) { Mode = (UnixFileMode)0b111_101_101 }, cancellationToken);
        }

        await using (var busybox = new FileStream(TestTool.Busybox, FileMode.Open, FileAccess.Read))
        {
            await AddAsync(writer, "bin/busybox", busybox, cancellationToken);
        }

        foreach (var applet in Applets)
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" }, cancellationToken);
        }

        await AddAsync(writer, "etc/passwd", "root:x:0:0:root:/:/bin/sh\ngame:x:1000:1000:game:/game:/bin/sh\n"u8, cancellationToken);
        await AddAsync(writer, "game/server.properties", "motd=A game\n"u8, cancellationToken);
        await AddAsync(writer, "game/mods/one.jar", "one\n"u8, cancellationToken);
        await AddAsync(writer, "game/mods/two.jar", "two\n"u8, cancellationToken);
    }

    private static async Task AddAsync(TarWriter writer, string path, Stream content, CancellationToken cancellationToken) =>
        await writer.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = (UnixFileMode)0b111_101_101, DataStream = content }, cancellationToken);

    private static Task AddAsync(TarWriter writer, string path, ReadOnlySpan<byte> content, CancellationToken cancellationToken) =>
        AddAsync(writer, path, new MemoryStream(content.ToArray()), cancellationToken);
}
