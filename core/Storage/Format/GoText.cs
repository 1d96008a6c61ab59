using System.Buffers;

namespace SnapshotBot.Storage.Format;

/// <summary>
/// Names in trees are written the way Go quotes strings (<c>strconv.Quote</c> without the quotation marks), because a name may be any
/// bytes and JSON only carries text. Source of the rule: "Trees and Data" in restic's design document.
/// </summary>
internal static class GoText
{
    private static readonly SearchValues<byte> NeedsQuoting = SearchValues.Create(QuotedBytes());

    private static byte[] QuotedBytes() =>
        [.. Enumerable.Range(0, 256).Where(b => b < 0x20 || b >= 0x7F || b is '"' or '\\').Select(b => (byte)b)];

    /// <summary>Whether the bytes stand for themselves in quoted text and in JSON alike.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> raw) => raw.IndexOfAny(NeedsQuoting) < 0;

    /// <summary>Quotes raw bytes; the result is valid UTF-8 and at most four times as long.</summary>
    public static void Quote(ReadOnlySpan<byte> raw, ArrayBufferWriter<byte> output)
    {
        while (!raw.IsEmpty)
        {
            var status = System.Text.Rune.DecodeFromUtf8(raw, out var rune, out var used);
            if (status != OperationStatus.Done)
            {
                // An invalid sequence is kept byte by byte.
                foreach (var b in raw[..used])
                {
                    Hex(b, output);
                }
            }
            else if (rune.Value is '"' or '\\')
            {
                output.Write([(byte)'\\', (byte)rune.Value]);
            }
            else if (rune.Value is < 0x20 or 0x7F)
            {
                Hex((byte)rune.Value, output);
            }
            else
            {
                output.Write(raw[..used]);
            }

            raw = raw[used..];
        }
    }

    private static void Hex(byte value, ArrayBufferWriter<byte> output)
    {
        const string Digits = "0123456789abcdef";
        output.Write([(byte)'\\', (byte)'x', (byte)Digits[value >> 4], (byte)Digits[value & 15]]);
    }

    /// <summary>Reads quoted text back into bytes; null when it is not what Go writes.</summary>
    public static byte[]? Unquote(ReadOnlySpan<byte> quoted)
    {
        if (quoted.IndexOf((byte)'\\') < 0)
        {
            return quoted.ToArray();
        }

        var output = new ArrayBufferWriter<byte>(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] != '\\')
            {
                output.Write(quoted.Slice(i, 1));
                continue;
            }

            if (++i >= quoted.Length || !Escape(quoted, ref i, output))
            {
                return null;
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static bool Escape(ReadOnlySpan<byte> quoted, ref int i, ArrayBufferWriter<byte> output)
    {
        var kind = quoted[i];
        switch (kind)
        {
            case (byte)'x':
                return Number(quoted, ref i, 2, 16, out var value) && Byte(value, output);
            case (byte)'u':
                return Number(quoted, ref i, 4, 16, out value) && CodePoint(value, output);
            case (byte)'U':
                return Number(quoted, ref i, 8, 16, out value) && CodePoint(value, output);
            case >= (byte)'0' and <= (byte)'7':
                i--;
                return Number(quoted, ref i, 3, 8, out value) && value < 256 && Byte(value, output);
        }

        var plain = "abfnrtv\\\"'".IndexOf((char)kind);
        return plain >= 0 && Byte("\a\b\f\n\r\t\v\\\"'"[plain], output);
    }

    private static bool Number(ReadOnlySpan<byte> quoted, ref int i, int digits, int radix, out uint value)
    {
        value = 0;
        if (i + digits >= quoted.Length)
        {
            return false;
        }

        for (var k = 0; k < digits; k++)
        {
            var c = (char)quoted[++i];
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * (uint)radix) + (uint)digit;
        }

        return true;
    }

    private static bool Byte(uint value, ArrayBufferWriter<byte> output)
    {
        output.Write([(byte)value]);
        return true;
    }

    private static bool CodePoint(uint value, ArrayBufferWriter<byte> output)
    {
        if (!System.Text.Rune.TryCreate(value, out var rune))
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[4];
        output.Write(utf8[..rune.EncodeToUtf8(utf8)]);
        return true;
    }
}
