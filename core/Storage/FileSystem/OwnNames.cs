using System.Text;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// Names of what a restore makes in live data for a while, and a kill may leave there: never part of a snapshot, never a difference, spared or
/// cleared away by the next restore. Any other name is its user's, however it begins. They may lie at any depth: a staging folder lies beside
/// a folder that may itself be part of another mount, a file that is not yet whole beside the one it becomes.
/// </summary>
public static class OwnNames
{
    private const int IdLength = 16;

    private static long _last;

    private static ReadOnlySpan<byte> StagePrefix => ".snapshotbot-stage-"u8;

    private static ReadOnlySpan<byte> TemporaryPrefix => ".snapshotbot-restore-"u8;

    /// <summary>The staging folder of an operation.</summary>
    /// <param name="id">The operation's id: sixteen hexadecimal digits in lower case.</param>
    public static byte[] OfStage(string id)
    {
        byte[] name = [.. StagePrefix, .. Encoding.UTF8.GetBytes(id)];
        return IsStage(name) ? name : throw new ArgumentException($"'{id}' would not be known again as the id of a staging folder.", nameof(id));
    }

    /// <summary>Whether this is the name of something of ours.</summary>
    public static bool IsOne(ReadOnlySpan<byte> name) => IsStage(name) || IsTemporary(name);

    /// <summary>A new name for a file that is not yet what it will be.</summary>
    internal static byte[] NextTemporary()
    {
        var number = Interlocked.Increment(ref _last);
        return [.. TemporaryPrefix, .. Encoding.ASCII.GetBytes($"{Environment.ProcessId:x}-{number:x}-{Random.Shared.NextInt64():x}")];
    }

    internal static bool IsTemporary(ReadOnlySpan<byte> name)
    {
        if (!name.StartsWith(TemporaryPrefix))
        {
            return false;
        }

        var numbers = 0;
        var rest = name[TemporaryPrefix.Length..];
        foreach (var number in rest.Split((byte)'-'))
        {
            if (!IsHexadecimal(rest[number]))
            {
                return false;
            }

            numbers++;
        }

        return numbers == 3;
    }

    private static bool IsStage(ReadOnlySpan<byte> name) =>
        name.StartsWith(StagePrefix) && name.Length == StagePrefix.Length + IdLength && IsHexadecimal(name[StagePrefix.Length..]);

    private static bool IsHexadecimal(ReadOnlySpan<byte> digits) => !digits.IsEmpty && !digits.ContainsAnyExcept("0123456789abcdef"u8);
}
