using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands;

/// <summary>What every command may use.</summary>
internal sealed record CommandContext
{
    public required Settings Settings { get; init; }

    public required IServiceHost Service { get; init; }

    public required IStepProgress Progress { get; init; }

    /// <summary>Tells something while the command still runs; nothing is told where only the outcome is wanted.</summary>
    public required Action<Page> Tell { get; init; }

    /// <summary>Draws an outcome at once, in words or as a line of JSON, for a command that lives on.</summary>
    public required Action<object> Show { get; init; }

    /// <summary>Where the bytes of a file go that somebody gets.</summary>
    public required Stream Output { get; init; }

    /// <summary>Most bytes of a file that <see cref="Output"/> takes; more is refused before it is read. Null: any.</summary>
    public long? MostOutput { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Who gives the command.</summary>
    public Requester By { get; init; } = Requester.Terminal(Environment.UserName);
}
