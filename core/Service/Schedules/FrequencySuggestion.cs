using System.Globalization;

namespace SnapshotBot.Service.Schedules;

/// <summary>Finds what somebody probably meant by words that are not understood: each word is put right, then what is missing is filled in.</summary>
internal static class FrequencySuggestion
{
    private const string UsualTime = "04:00";

    /// <summary>A frequency that is understood, in its own words, or null when nothing is near.</summary>
    public static string? Of(string text)
    {
        var words = FrequencyText.Words(text).Select(PutRight).ToList();
        foreach (var guess in Guesses(words))
        {
            if (FrequencyParser.Read(string.Join(' ', guess)) is { } meant)
                return meant.Text;
        }

        return null;
    }

    private static IEnumerable<List<string>> Guesses(List<string> words)
    {
        yield return words;
        if (words is ["every", "day" or "night"] or ["nightly"])
            yield return ["daily", "at", UsualTime];
        if (words is ["every", "week"] or ["weekly"])
            yield return ["sundays", "at", UsualTime];
        if (words is ["monthly"] or ["every", "month"])
            yield return ["monthly", "on", "the", "1st", "at", UsualTime];
        if (words is ["hour" or "hours"])
            yield return ["hourly"];
        yield return ["every", .. words];
        if (words is ["each" or "all" or "any", .. var rest])
            yield return ["every", .. rest];
        yield return [.. words, "hours"];
        yield return ["every", .. words, "hours"];
        yield return ["daily", "at", .. words];
        yield return ["daily", .. words];
        yield return [.. words, "at", UsualTime];

        // "daily at 4", "mondays 6": an hour without its minutes.
        yield return [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? Clock(hour) : word)];
        if (words.FindIndex(word => word == "at") < 0 && words.FindIndex(word => char.IsAsciiDigit(word[0])) is > 0 and var number)
            yield return [.. words[..number], "at", .. words[number..].Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? Clock(hour) : word)];
        if (words.Exists(word => word is "player" or "players" or "leaves"))
            yield return ["after", "the", "last", "player", "leaves"];
    }

    private static string Clock(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00");

    private static string PutRight(string word)
    {
        if (word.Length < 3 || char.IsAsciiDigit(word[0]) || FrequencyText.Vocabulary.Contains(word, StringComparer.Ordinal))
            return word;
        var best = FrequencyText.Vocabulary.MinBy(known => Distance(word, known))!;
        return Distance(word, best) <= Math.Max(1, word.Length / 3) ? best : word;
    }

    /// <summary>How many letters are added, left out, changed or swapped with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var change = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[from.Length, to.Length];
    }
}
