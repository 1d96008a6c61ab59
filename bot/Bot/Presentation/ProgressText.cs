using System.Globalization;
using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Progress in words: -ing while it runs, what was done at the end.</summary>
internal static class ProgressText
{
    private const int BarCells = 10;

    public static string Running(StepProgress progress, TimeSpan elapsed)
    {
        var parts = new List<string>();
        if (progress.Total > 0)
        {
            parts.Add($"{progress.Step} {Amount(progress.Done, progress.Unit)} of {Amount(progress.Total, progress.Unit)}");
            parts.Add(Percent(progress));
            if (Left(progress, elapsed) is { } left)
            {
                parts.Add($"{Words.Duration(left)} left");
            }
        }
        else
        {
            parts.Add(progress.Done > 0 ? $"{progress.Step} {Amount(progress.Done, progress.Unit)}" : progress.Step);
            parts.Add(Words.Duration(elapsed));
        }

        if (progress.Unit == ProgressUnit.Bytes && elapsed.TotalSeconds > 0.5 && progress.Done > 0)
        {
            parts.Add($"{Words.Size((long)(progress.Done / elapsed.TotalSeconds))}/s");
        }

        return string.Join(" · ", parts);
    }

    public static string Ended(StepProgress progress, TimeSpan elapsed) => progress.Done > 0 && progress.Unit != ProgressUnit.None
        ? $"{progress.Step} {Amount(progress.Done, progress.Unit)} · {Words.Duration(elapsed)}"
        : $"{progress.Step} · {Words.Duration(elapsed)}";

    /// <summary>Ten cells, filled by how far it is; while that is not known, one that wanders.</summary>
    public static string Bar(StepProgress progress, TimeSpan elapsed)
    {
        if (progress.Total <= 0)
        {
            var at = (int)(elapsed.TotalMilliseconds / 200) % BarCells;
            return new string('▱', at) + "▰" + new string('▱', BarCells - 1 - at);
        }

        var filled = (int)Math.Clamp(progress.Done * BarCells / progress.Total, 0, BarCells);
        return new string('▰', filled) + new string('▱', BarCells - filled);
    }

    private static string Percent(StepProgress progress) =>
        Math.Clamp(100.0 * progress.Done / progress.Total, 0, 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static TimeSpan? Left(StepProgress progress, TimeSpan elapsed)
    {
        // Early guesses jump about; nobody is helped by them.
        if (elapsed < TimeSpan.FromSeconds(2) || progress.Done <= 0 || progress.Done >= progress.Total)
        {
            return null;
        }

        return TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds * (progress.Total - progress.Done) / progress.Done));
    }

    private static string Amount(long amount, ProgressUnit unit) => unit switch
    {
        ProgressUnit.Bytes => Words.Size(amount),
        ProgressUnit.Seconds => Words.Count(amount) + " s",
        ProgressUnit.Files => Words.Count(amount, "file", "files"),
        _ => Words.Count(amount),
    };
}
