namespace SnapshotBot.Bot.Presentation;

internal static class FailurePages
{
    /// <summary>What happened, then what to do.</summary>
    public static Page Of(Failure failure)
    {
        var blocks = new List<Block>
        {
            new Sentence(failure.Message, failure.Exit is ExitCode.Refused or ExitCode.Cancelled ? Tone.Look : Tone.Bad),
        };
        if (failure.Hint is { } hint)
        {
            blocks.Add(new Sentence(hint, Tone.Plain));
        }

        if (failure.Operation is { } operation)
        {
            blocks.Add(new Sentence($"operation {operation}", Tone.Small));
        }

        return new Page(blocks);
    }
}
