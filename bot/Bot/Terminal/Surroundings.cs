namespace SnapshotBot.Bot.Terminal;

/// <summary>Whether a person looks at each of the two ends, and how wide their window is.</summary>
internal sealed record Surroundings(bool OutputIsTerminal, bool ErrorsAreTerminal, int Width)
{
    public static Surroundings OfProcess()
    {
        // NO_COLOR and TERM=dumb ask for plain text; see no-color.org.
        var plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var output = !plain && !Console.IsOutputRedirected;
        var errors = !plain && !Console.IsErrorRedirected;
        return new Surroundings(output, errors, output || errors ? WidthOfWindow() : 80);
    }

    private static int WidthOfWindow()
    {
        var width = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        return width > 0 ? width : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : 80;
    }
}
