using System.Buffers.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Format;

/// <summary>Times as the format writes them: RFC 3339 with up to nine decimals. Written in UTC; read with any offset.</summary>
internal static class TimeText
{
    /// <summary>Bytes the longest written time takes.</summary>
    public const int MaxLength = 30;

    private const long MinSeconds = -62_135_596_800; // 0001-01-01
    private const int LikeYearZero = 4; // a leap year as well
    private const int DaysToLikeYearZero = 366 + 365 + 365 + 365;
    private const long MaxSeconds = 253_402_300_799; // 9999-12-31T23:59:59

    /// <summary>Writes a time; one outside the years 1 to 9999, which RFC 3339 can't say, is moved to the nearest end.</summary>
    public static int Format(UnixTime time, Span<byte> output)
    {
        var date = DateTime.UnixEpoch.AddTicks(Math.Clamp(time.Seconds, MinSeconds, MaxSeconds) * TimeSpan.TicksPerSecond);
        Utf8Formatter.TryFormat(date, output, out _, 'O');
        var length = 19;
        if (time.Nanoseconds is > 0 and < 1_000_000_000)
        {
            output[length++] = (byte)'.';
            var rest = time.Nanoseconds;
            for (var unit = 100_000_000; rest > 0; unit /= 10)
            {
                output[length++] = (byte)('0' + (rest / unit));
                rest %= unit;
            }
        }

        output[length++] = (byte)'Z';
        return length;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out UnixTime time)
    {
        time = default;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || text[13] != ':' || text[16] != ':'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
            || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year == 0 ? LikeYearZero : year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var at = 19;
        var nanoseconds = 0;
        if (text[at] == '.')
        {
            var unit = 100_000_000;
            for (at++; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, unit /= 10)
            {
                nanoseconds += (text[at] - '0') * unit;
            }
        }

        if (!Offset(text[at..], out var offset))
        {
            return false;
        }

        // Go has a year 0, .NET has not.
        var moved = year == 0 ? DaysToLikeYearZero * 86400L : 0;
        var start = new DateTime(year == 0 ? LikeYearZero : year, month, day, 0, 0, 0, DateTimeKind.Utc);
        var seconds = (start - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        time = new UnixTime(seconds - moved + (hour * 3600) + (minute * 60) + second - offset, nanoseconds);
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text[1..3], out var hours) || !Digits(text[4..6], out var minutes))
        {
            return false;
        }

        seconds = ((hours * 3600) + (minutes * 60)) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
