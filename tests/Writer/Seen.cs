using System.Globalization;
using System.Text;

namespace SnapshotBot.Writer;

/// <summary>
/// What one counter saw of another: after each number of its own it notes how far the other's log is. In copies of one moment nobody has seen
/// a number that the other's copy does not have.
/// </summary>
internal sealed class Seen(string folder, string other) : IDisposable
{
    private const string Name = "seen.log";

    private readonly FileStream _notes = new(Path.Combine(folder, Name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1);
    private readonly string _theirs = Path.Combine(other, Layout.Log);

    public void Note() => _notes.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{LastIn(_theirs)}\n")));

    public void Dispose() => _notes.Dispose();

    /// <summary>Why a copy has seen more than there is in the copy of the other; null when it has not.</summary>
    public static string? FaultOf(string folder, string other)
    {
        var (seen, there) = (LastIn(Path.Combine(folder, Name)), LastIn(Path.Combine(other, Layout.Log)));
        return seen <= there ? null : $"{folder} has seen {seen}, and {other} ends with {there}";
    }

    /// <summary>The number on the last whole line of a file; 0 when there is none yet.</summary>
    private static long LastIn(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        Span<byte> tail = stackalloc byte[64];
        var length = RandomAccess.Read(file.SafeFileHandle, tail, Math.Max(0, RandomAccess.GetLength(file.SafeFileHandle) - tail.Length));
        var lines = Encoding.ASCII.GetString(tail[..length]).Split('\n');
        return lines.Length < 2 || lines[^2].Length == 0 ? 0 : long.Parse(lines[^2], CultureInfo.InvariantCulture);
    }
}
