using System.Text;

namespace SnapshotBot.Engine;

/// <summary>Reads the kernel's small text files.</summary>
internal static class ProcFile
{
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);

        // Latin-1 keeps every byte of a path that is not UTF-8, to be put right after unescaping.
        return Encoding.Latin1.GetString(content.GetBuffer(), 0, (int)content.Length);
    }
}
