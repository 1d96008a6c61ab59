using System.Formats.Tar;
using System.Runtime.CompilerServices;

namespace SnapshotBot.Engine;

/// <summary>Reads the tar that <c>docker save</c> writes, older engines' and OCI layout alike, in one pass.</summary>
internal static class ImageArchiveReader
{
    public static async IAsyncEnumerable<ImageArchiveEntry> ReadAsync(Stream archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(archive, leaveOpen: true);
        while (await NextAsync(reader, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                yield return new ImageArchiveEntry(CheckedPath(entry.Name), entry.Length, null, entry.DataStream ?? Stream.Null);
            }
            else if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                yield return new ImageArchiveEntry(CheckedPath(entry.Name), 0, entry.LinkName, Stream.Null);
            }
            else if (entry.EntryType is not TarEntryType.Directory)
            {
                throw new EngineAnswerException(
                    $"The saved image holds an entry of a kind ('{(char)entry.EntryType}') that no image has. Nothing was changed.");
            }
        }
    }

    private static async ValueTask<TarEntry?> NextAsync(TarReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new EngineAnswerException("The saved image is damaged or cut off. Nothing was changed; try again.", error);
        }
    }

    /// <summary>These names become paths in a snapshot: nothing may lead out of it.</summary>
    internal static string CheckedPath(string path)
    {
        var trimmed = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        var parts = trimmed.Split('/');
        return trimmed.Length > 0 && Array.TrueForAll(parts, part => part is not ("" or "." or ".."))
            && !trimmed.Contains('\0', StringComparison.Ordinal)
            ? trimmed
            : throw new EngineAnswerException($"The saved image holds a file with the path '{PrintableText.Of(path)}', which no image has. Nothing was changed.");
    }
}
