using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Demo;

/// <summary>The root directory of the demo's game server as a tar: a static shell and three scripts. Nothing is pulled from anywhere.</summary>
internal static class DemoImage
{
    private const int ProgramHeaderInterpreter = 3;

    private static readonly string[] Places = ["/bin/busybox", "/usr/bin/busybox", "/sbin/busybox", "/usr/local/bin/busybox"];

    private static readonly string[] Applets =
    [
        "sh", "cat", "chmod", "chown", "cut", "date", "dd", "echo", "find", "ln", "mkdir", "rm", "sed", "sha256sum", "sleep", "sort", "stat", "xargs",
    ];

    /// <summary>Finds a shell that needs no libraries: the one the environment names, or this machine's.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string FindShell(Settings settings) =>
        Array.Find([settings.Variable("SNAPSHOTBOT_DEMO_BUSYBOX") ?? Places[0], .. Places], IsStatic)
        ?? throw new CommandFailedException(DemoPages.NoShell());

    public static async Task<MemoryStream> BuildAsync(
        string shell, IReadOnlyList<(string Name, string Text)> files, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in (string[])["bin", "data", "game", "game/mods", "tmp"])
            {
                await writer.WriteEntryAsync(Entry(TarEntryType.Directory, folder, 0x1ED, time), cancellationToken);
            }

            await using var program = new FileStream(shell, FileMode.Open, FileAccess.Read, FileShare.Read);
            await AddFileAsync(writer, "bin/busybox", program, 0x1ED, time, cancellationToken);
            foreach (var applet in Applets)
            {
                var link = Entry(TarEntryType.SymbolicLink, "bin/" + applet, 0x1FF, time);
                link.LinkName = "busybox";
                await writer.WriteEntryAsync(link, cancellationToken);
            }

            foreach (var (name, text) in files)
            {
                using var content = new MemoryStream(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")));
                await AddFileAsync(writer, name, content, 0x1A4, time, cancellationToken);
            }
        }

        tar.Position = 0;
        return tar;
    }

    /// <summary>Whether a file is a 64-bit ELF program that asks for no loader of shared libraries.</summary>
    public static bool IsStatic(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> header = stackalloc byte[64];
            file.ReadExactly(header);
            if (!header[..5].SequenceEqual("\u007fELF\u0002"u8))
            {
                return false;
            }

            var at = (long)BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..]);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(header[0x36..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(header[0x38..]);
            Span<byte> type = stackalloc byte[4];
            for (var i = 0; i < count; i++)
            {
                file.Position = at + (i * (long)size);
                file.ReadExactly(type);
                if (BinaryPrimitives.ReadInt32LittleEndian(type) == ProgramHeaderInterpreter)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task AddFileAsync(
        TarWriter writer, string name, Stream content, int mode, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var entry = Entry(TarEntryType.RegularFile, name, mode, time);
        entry.DataStream = content;
        await writer.WriteEntryAsync(entry, cancellationToken);
    }

    private static PaxTarEntry Entry(TarEntryType type, string name, int mode, DateTimeOffset time) =>
        new(type, name) { Mode = (UnixFileMode)mode, ModificationTime = time };
}
