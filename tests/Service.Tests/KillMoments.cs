using System.Globalization;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>When a program is killed.</summary>
/// <param name="Line">Counted from when its journal has so many lines; 0 counts from its start.</param>
/// <param name="After">So long after that; for ever leaves it alone.</param>
internal sealed record KillMoment(int Line, TimeSpan After)
{
    public override string ToString() => After == Timeout.InfiniteTimeSpan ? "left alone"
        : Line == 0 ? string.Create(CultureInfo.InvariantCulture, $"killed after {After.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"killed {After.TotalMilliseconds:0} ms after line {Line} of its journal");
}

/// <summary>
/// Random moments. Half are counted from the start, half from a line of the journal, so that short steps are met as often as long ones. A seed that
/// found something is worth a second look: <c>SNAPSHOTBOT_TEST_SEED</c> repeats it.
/// </summary>
internal sealed class KillMoments
{
    private const int MostLines = 16;
    private const int MostMilliseconds = 60;

    private readonly Random _random;
    private readonly int _rounds;
    private TimeSpan? _whole;

    /// <param name="rounds">How many are wanted; a single one is counted from a line, and nothing is run to its end for it.</param>
    public KillMoments(int rounds)
    {
        _rounds = rounds;
        Seed = int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        _random = new Random(Seed);
        TestContext.Current.SendDiagnosticMessage($"SNAPSHOTBOT_TEST_SEED={Seed}");
    }

    public int Seed { get; }

    public bool Toss() => _random.Next(2) == 0;

    public int Below(int limit) => _random.Next(limit);

    /// <summary>The next; until a command is known to take so long, it is left alone now and then to learn that.</summary>
    public KillMoment Next()
    {
        if (_rounds == 1 || Toss())
            return new KillMoment(1 + _random.Next(MostLines), TimeSpan.FromMilliseconds(_random.Next(MostMilliseconds)));
        return new KillMoment(0, _whole is { } whole ? whole * _random.NextDouble() : Timeout.InfiniteTimeSpan);
    }

    /// <summary>A command that was to be killed ended by itself after so long, or null when it did not.</summary>
    public void Took(TimeSpan? whole) => _whole ??= whole;
}
