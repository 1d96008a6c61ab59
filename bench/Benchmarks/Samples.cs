using System.Text;

namespace SnapshotBot.Benchmarks;

/// <summary>Bytes of the kinds that game servers keep, the same in every run.</summary>
internal static class Samples
{
    public static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Compressed payloads in sectors of 4 KiB, padded with zeros: what a region file looks like.</summary>
    public static byte[] Region(int length)
    {
        byte[] bytes = Noise(length);
        var random = new Random(2);
        for (int at = 0; at < length; at += 4096 * 3)
        {
            int padding = random.Next(4096);
            int end = Math.Min(length, at + (4096 * 3));
            bytes.AsSpan(Math.Max(at, end - padding), Math.Min(padding, end - at)).Clear();
        }

        return bytes;
    }

    public static byte[] Log(int length)
    {
        string[] words = ["joined", "left", "moved", "Server thread/INFO", "issued server command", "/home", "/spawn", "lost connection", "entity id"];
        var random = new Random(3);
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append('[').Append(text.Length.ToString("x8")).Append("] player").Append(random.Next(200)).Append(' ').Append(words[random.Next(words.Length)]).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
