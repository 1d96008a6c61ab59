using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Terminal.Progress;

/// <summary>
/// Shows on standard error how far a command is. Reports may come thousands of times a second from several threads: a report only leaves
/// its values behind, one loop draws them at a steady pace.
/// </summary>
internal abstract class ProgressDisplay : IStepProgress, IAsyncDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Lock _drawing = new();
    private readonly List<Step> _steps = [];
    private readonly TimeProvider _time;
    private readonly PeriodicTimer _turns;
    private Task _loop = Task.CompletedTask;

    protected ProgressDisplay(TimeProvider time, TimeSpan pace)
    {
        _time = time;
        _turns = new PeriodicTimer(pace, time);
    }

    public static ProgressDisplay Create(ProgressStyle style, Telling telling, Screen screen, TimeProvider time) => style switch
    {
        ProgressStyle.Bars => new BarProgress(screen.Errors, screen.Surroundings, telling, time),
        ProgressStyle.Plain => new PlainProgress(screen.Errors, telling, time),
        ProgressStyle.Json => new JsonProgress(screen.Errors, time),
        _ => new NoProgress(time),
    };

    public void Report(StepProgress progress)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_steps.Count == 0)
            {
                _loop = DrawInTurnsAsync();
            }

            if (_steps.Count == 0 || _steps[^1].Latest.Step != progress.Step || _steps[^1].EndedAt is not null)
            {
                if (_steps.Count > 0)
                {
                    _steps[^1] = _steps[^1] with { EndedAt = _steps[^1].EndedAt ?? now };
                }

                _steps.Add(new Step(progress, now, null));
            }
            else
            {
                _steps[^1] = _steps[^1] with { Latest = progress };
            }
        }
    }

    /// <summary>Ends the step under way and lets something else be written, with no bar in its way.</summary>
    public void Interrupt(Action write)
    {
        EndLastStep();
        lock (_drawing)
        {
            DrawNow();
            write();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the wait without an exception, for which even a short command would load what traces stacks. What is left is drawn here.
        _turns.Dispose();
        await _loop;
        EndLastStep();
        lock (_drawing)
        {
            DrawNow();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Draws what has changed. Called by one thread at a time.</summary>
    /// <param name="steps">All steps so far; those that are over have an end.</param>
    protected abstract void Draw(IReadOnlyList<Step> steps);

    /// <summary>Whether a step that is over is worth a line: not when it was short and there is nothing to count.</summary>
    protected bool IsWorthALine(Step step) => step.Latest is { Unit: not ProgressUnit.None, Done: > 0 } || Elapsed(step) >= Noticed;

    protected TimeSpan Elapsed(Step step) => _time.GetElapsedTime(step.StartedAt, step.EndedAt ?? _time.GetTimestamp());

    private void EndLastStep()
    {
        lock (_gate)
        {
            if (_steps.Count > 0)
            {
                _steps[^1] = _steps[^1] with { EndedAt = _steps[^1].EndedAt ?? _time.GetTimestamp() };
            }
        }
    }

    private void DrawNow()
    {
        Step[] steps;
        lock (_gate)
        {
            steps = [.. _steps];
        }

        if (steps.Length > 0)
        {
            Draw(steps);
        }
    }

    private async Task DrawInTurnsAsync()
    {
        while (await _turns.WaitForNextTickAsync(CancellationToken.None))
        {
            lock (_drawing)
            {
                DrawNow();
            }
        }
    }

    /// <summary>One step with the timestamps of its start and its end.</summary>
    protected sealed record Step(StepProgress Latest, long StartedAt, long? EndedAt);
}
