using System.Globalization;

namespace SnapshotBot.Service.Games;

/// <summary>Reads numbers, names and versions out of what a game said. The game is not believed: everything is bounded.</summary>
internal static class QuestionReader
{
    private const int MostPlayers = 100_000;
    private const int MostNames = 1000;
    private const int LongestName = 64;
    private const int LongestVersion = 64;

    public static PlayersAnswer Players(ProfileQuestion question, GameReply.Said said)
    {
        if (said.Online is { } online)
            return Known(online, said.Names);
        if (question.None is { } nobody && ProfileExpression.Of(nobody).IsMatch(said.Text))
            return Known(0, []);
        var names = question.Names is { } expression ? Names(expression, question.Separator, said.Text) : [];
        if (question.Count is null)
            return names.Count > 0 ? Known(names.Count, names) : new PlayersAnswer.Unknown("Its answer names nobody, and does not say that nobody is there.");
        var match = ProfileExpression.Of(question.Count).Match(said.Text);
        return match is { Success: true, Groups.Count: > 1 } && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Known(count, names)
            : new PlayersAnswer.Unknown("Its answer names no number of players.");
    }

    public static string? Version(ProfileQuestion question, GameReply.Said said)
    {
        if (question.Text is null)
            return Clean(said.Version ?? said.Text, LongestVersion);
        var match = ProfileExpression.Of(question.Text).Match(said.Text);
        return match is { Success: true, Groups.Count: > 1 } ? Clean(match.Groups[1].Value, LongestVersion) : null;
    }

    private static PlayersAnswer Known(int online, IEnumerable<string> names)
    {
        if (online is < 0 or > MostPlayers)
            return new PlayersAnswer.Unknown("Its answer names an impossible number of players.");
        return new PlayersAnswer.Known(online, [.. names.Select(name => Clean(name, LongestName)).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostNames)]);
    }

    private static List<string> Names(string expression, string? separator, string text) =>
        [.. ProfileExpression.Of(expression).Matches(text).Take(MostNames)
            .Where(match => match.Groups.Count > 1 && match.Groups[1].Success)
            .SelectMany(match => separator is null ? [match.Groups[1].Value] : match.Groups[1].Value.Split(separator))
            .Where(name => name.Trim().Length > 0)];

    private static string? Clean(string text, int longest)
    {
        var clean = GameText.Harmless(text);
        clean = clean.Length > longest ? clean[..longest].Trim() : clean;
        return clean.Length == 0 ? null : clean;
    }
}
