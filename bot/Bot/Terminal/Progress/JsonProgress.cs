using System.Text.Json;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Terminal.Json;

namespace SnapshotBot.Bot.Terminal.Progress;

/// <summary>One JSON document a line, at most four a second.</summary>
internal sealed class JsonProgress(TextWriter errors, TimeProvider time) : ProgressDisplay(time, TimeSpan.FromMilliseconds(250))
{
    private int _finished;
    private StepProgress? _last;

    protected override void Draw(IReadOnlyList<Step> steps)
    {
        for (; _finished < steps.Count && steps[_finished].EndedAt is not null; _finished++)
        {
            Write(steps[_finished], done: "done");
        }

        if (_finished < steps.Count && steps[_finished].Latest != _last)
        {
            Write(steps[_finished], done: "running");
        }
    }

    private void Write(Step step, string done)
    {
        _last = step.Latest;
        var dto = new ProgressDto(
            step.Latest.Step, done, step.Latest.Done, step.Latest.Total > 0 ? step.Latest.Total : null,
            UnitOf(step.Latest.Unit), JsonText.Milliseconds(Elapsed(step)));
        errors.WriteLine(JsonSerializer.Serialize(dto, ProgressJsonContext.Default.ProgressDto));
    }

    private static string? UnitOf(ProgressUnit unit) => unit switch
    {
        ProgressUnit.Bytes => "bytes",
        ProgressUnit.Files => "files",
        ProgressUnit.Items => "items",
        _ => null,
    };
}
