using System.Globalization;
using System.Text;

namespace SnapshotBot.Storage.Forgetting;

/// <summary>A span on the calendar, as restic's <c>--keep-within</c> takes it: years, months, days and hours.</summary>
public readonly record struct KeepDuration(int Years, int Months, int Days, int Hours)
{
    /// <summary>No part may be larger: enough for all time, and no sum overflows.</summary>
    private const int Largest = 100_000;

    public bool IsZero => this == default;

    /// <summary>Reads <c>2y5m7d3h</c>: any of the parts, in any order.</summary>
    public static bool TryParse(string text, out KeepDuration duration)
    {
        duration = default;
        var at = 0;
        while (at < text.Length)
        {
            var digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                digits++;
            }

            if (digits == text.Length
                || !int.TryParse(text.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > Largest)
            {
                return false;
            }

            switch (text[digits])
            {
                case 'y': duration = duration with { Years = number }; break;
                case 'm': duration = duration with { Months = number }; break;
                case 'd': duration = duration with { Days = number }; break;
                case 'h': duration = duration with { Hours = number }; break;
                default: return false;
            }

            at = digits + 1;
        }

        return !duration.IsZero;
    }

    /// <summary>
    /// The moment this long before another, counted on that moment's own calendar. A day that its month lacks runs over into the next (31
    /// March less a month is 3 March), which is how restic counts.
    /// </summary>
    public DateTimeOffset Before(DateTimeOffset time)
    {
        var months = ((long)time.Year * 12) + time.Month - 1 - ((long)Years * 12) - Months;
        var year = (int)Math.DivRem(months, 12, out var month);
        if (months < 24)
        {
            return DateTimeOffset.MinValue;
        }

        var day = new DateTimeOffset(year, (int)month + 1, 1, 0, 0, 0, time.Offset) + time.TimeOfDay;
        var back = TimeSpan.FromDays(Days - (time.Day - 1)) + TimeSpan.FromHours(Hours);
        return back < day.UtcDateTime - DateTime.MinValue ? day - back : DateTimeOffset.MinValue;
    }

    /// <summary>As restic writes it: <c>2y5m7d3h</c>, parts that are zero left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(Years, 'y');
        Append(Months, 'm');
        Append(Days, 'd');
        Append(Hours, 'h');
        return text.ToString();

        void Append(int value, char unit)
        {
            if (value != 0)
            {
                text.Append(value.ToString(CultureInfo.InvariantCulture)).Append(unit);
            }
        }
    }
}
