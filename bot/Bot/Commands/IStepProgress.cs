namespace SnapshotBot.Bot.Commands;

internal enum ProgressUnit
{
    /// <summary>Only that it goes on is known.</summary>
    None,
    Bytes,
    Files,
    Items,
    Seconds,
}

/// <summary>How far a step is. <paramref name="Total"/> is 0 while it is not known.</summary>
internal readonly record struct StepProgress(string Step, long Done, long Total, ProgressUnit Unit);

/// <summary>Takes progress as it is made; cheap to call, from any thread.</summary>
internal interface IStepProgress
{
    void Report(StepProgress progress);
}
