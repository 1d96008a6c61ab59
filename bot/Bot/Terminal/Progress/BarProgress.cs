using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal.Progress;

/// <summary>A bar that is redrawn in place, for a person at a terminal. Steps that are over stay as a line each.</summary>
internal sealed class BarProgress(TextWriter errors, Surroundings surroundings, Telling telling, TimeProvider time)
    : ProgressDisplay(time, TimeSpan.FromMilliseconds(100))
{
    // Back to the line's start, then clear to its end.
    private const string Clear = "\r\u001b[K";
    private const string Blue = "\u001b[34m";
    private const string Green = "\u001b[32m";
    private const string Plain = "\u001b[0m";

    // Shorter steps flash by: their bar would only flicker.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    private int _drawn;
    private bool _barShown;

    protected override void Draw(IReadOnlyList<Step> steps)
    {
        for (; _drawn < steps.Count && steps[_drawn].EndedAt is not null; _drawn++)
        {
            errors.Write(telling == Telling.Story || !IsWorthALine(steps[_drawn])
                ? ClearBar()
                : $"{ClearBar()}{Green}✓{Plain} {Fit(ProgressText.Ended(steps[_drawn].Latest, Elapsed(steps[_drawn])), 2)}\n");
        }

        if (_drawn < steps.Count && Elapsed(steps[_drawn]) is var elapsed && elapsed >= Quick)
        {
            var latest = steps[_drawn].Latest;
            var bar = ProgressText.Bar(latest, elapsed);
            errors.Write($"{Clear}{Blue}{bar}{Plain} {Fit(ProgressText.Running(latest, elapsed), TextWidth.Of(bar) + 1)}");
            _barShown = true;
        }

        errors.Flush();
    }

    private string ClearBar()
    {
        var clear = _barShown ? Clear : "";
        _barShown = false;
        return clear;
    }

    // A bar that wraps can't be redrawn in place.
    private string Fit(string text, int used)
    {
        var room = Math.Max(10, surroundings.Width - used - 1);
        while (TextWidth.Of(text) > room)
        {
            text = text[..^1];
        }

        return text;
    }
}
