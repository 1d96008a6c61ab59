using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal.Progress;

/// <summary>One line a step when it is over; a step that takes long says now and then how far it is.</summary>
internal sealed class PlainProgress(TextWriter errors, Telling telling, TimeProvider time) : ProgressDisplay(time, TimeSpan.FromMilliseconds(250))
{
    private static readonly TimeSpan FirstSign = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan NextSign = TimeSpan.FromSeconds(10);

    private int _drawn;
    private TimeSpan _nextSign = FirstSign;

    protected override void Draw(IReadOnlyList<Step> steps)
    {
        for (; _drawn < steps.Count && steps[_drawn].EndedAt is not null; _drawn++)
        {
            if (telling == Telling.Steps && IsWorthALine(steps[_drawn]))
            {
                errors.WriteLine(ProgressText.Ended(steps[_drawn].Latest, Elapsed(steps[_drawn])));
            }

            _nextSign = FirstSign;
        }

        if (_drawn < steps.Count && Elapsed(steps[_drawn]) is var elapsed && elapsed >= _nextSign)
        {
            errors.WriteLine(ProgressText.Running(steps[_drawn].Latest, elapsed));
            _nextSign = elapsed + NextSign;
        }
    }
}
