namespace SnapshotBot.Service.Games;

/// <summary>What became of one step: a closed family.</summary>
internal abstract record StepAnswer
{
    private StepAnswer()
    {
    }

    /// <summary>Done, and answered as expected.</summary>
    public sealed record Answered(string Text) : StepAnswer;

    /// <summary>The container does not offer this way: no console, no RCON password, no such program.</summary>
    public sealed record NotOffered(string Reason) : StepAnswer;

    public sealed record Failed(string Reason) : StepAnswer;

    public sealed record TimedOut : StepAnswer;
}
