using System.Buffers.Binary;
using System.Text;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>Reads an answer that was sent by nobody knows whom: never past its end.</summary>
internal ref struct AnswerReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public readonly int Left => _left.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public void Skip(int count) => Take(count);

    /// <summary>A text that ends with a zero byte.</summary>
    public string Text()
    {
        var end = _left.IndexOf((byte)0);
        if (end < 0)
            throw new GameProtocolException("A text in its answer has no end.");
        var text = Encoding.UTF8.GetString(_left[..end]);
        _left = _left[(end + 1)..];
        return text;
    }

    /// <summary>A number of seven bits a byte, as Minecraft writes lengths.</summary>
    public int VarInt()
    {
        var value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Byte();
            value |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
                return value;
        }

        throw new GameProtocolException("A number in its answer has no end.");
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _left.Length)
            throw new GameProtocolException("Its answer is cut short.");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
