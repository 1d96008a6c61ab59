using System.Text;

namespace SnapshotBot.Engine;

/// <summary>Keeps the first bytes of an output and drops the rest.</summary>
internal sealed class OutputBuffer(int limit)
{
    private readonly MemoryStream _kept = new();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var room = limit - (int)_kept.Length;
        _kept.Write(bytes.Length <= room ? bytes : bytes[..Math.Max(0, room)]);
    }

    public override string ToString() => Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);
}
