using System.Globalization;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>What a test measured: for the one who reads its output, and for a bench that prints it.</summary>
internal static class Figures
{
    private static readonly Lock Gate = new();

    /// <summary>Says a line; <c>SNAPSHOTBOT_TEST_FIGURES</c> names a file it is added to.</summary>
    public static void Say(string line)
    {
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_FIGURES") is { Length: > 0 } file)
        {
            lock (Gate)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
    }

    /// <summary>How many, for a test whose full size is asked for by a variable.</summary>
    public static int Size(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size : usual;

    /// <summary>Whether what was measured must be as good as promised: on a machine that does nothing else.</summary>
    public static bool IsStrict => Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_FIGURES_STRICT") == "1";
}

/// <summary>Times in milliseconds, and how they lie.</summary>
internal sealed class Times
{
    private readonly Lock _gate = new();
    private readonly List<double> _all = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            _all.Add(time.TotalMilliseconds);
        }
    }

    /// <summary>The time that this part of all does not exceed.</summary>
    public double At(double part)
    {
        lock (_gate)
        {
            var sorted = _all.Order().ToList();
            return sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * part) - 1)];
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Count} · median {At(0.5):0} ms · p99 {At(0.99):0} ms · worst {At(1):0} ms");
}
