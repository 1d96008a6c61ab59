using System.Text;

namespace SnapshotBot.Engine;

/// <summary>The root mount of a container's process, from <c>/proc/PID/mountinfo</c> (proc(5)).</summary>
internal sealed record MountedRoot(string FileSystem, OverlayOptions Options)
{
    private const int MountPointField = 4;

    public static MountedRoot? Find(string mountInfo)
    {
        MountedRoot? root = null;
        foreach (var line in mountInfo.Split('\n'))
        {
            // ... mount-point options [optional fields] - type source super-options
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            if (halves.Length != 2 || left.Length <= MountPointField || left[MountPointField] != "/")
            {
                continue;
            }

            var right = halves[1].Split(' ');

            // Of several mounts on the root the last one covers the others.
            root = new MountedRoot(right[0], OverlayOptions.Parse(right.Length > 2 ? right[2] : string.Empty));
        }

        return root;
    }

    /// <summary>The kernel writes blanks, tabs, line ends and backslashes as <c>\ooo</c>; the rest is the path's bytes.</summary>
    public static string Unescape(string text)
    {
        const int escapeLength = 4;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + escapeLength <= text.Length && IsOctal(text.AsSpan(i + 1, 3)))
            {
                bytes.Add((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += escapeLength - 1;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits.IndexOfAnyExceptInRange('0', '7') < 0;
}
