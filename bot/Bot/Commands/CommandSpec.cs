namespace SnapshotBot.Bot.Commands;

/// <summary>
/// One command: what it is called, what it is told, who may give it. Help, the terminal's options, the role gate and the table in
/// docs/commands.md are made from it, so that no two of them can differ.
/// </summary>
internal abstract record CommandSpec
{
    /// <summary>Group and verb, as in <c>snapshot create</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence without a full stop.</summary>
    public required string Summary { get; init; }

    public required Role Role { get; init; }

    public Confirm Confirm { get; init; }

    public Telling Telling { get; init; }

    public IReadOnlyList<Input> Inputs { get; init; } = [];

    /// <summary>What <c>--json</c> answers.</summary>
    public required string Result { get; init; }

    public IReadOnlyList<string> Examples { get; init; } = [];

    public string Verb => Name[(Name.LastIndexOf(' ') + 1)..];

    /// <summary>The word before the verb, or null for a command of one word.</summary>
    public string? Group => Name.IndexOf(' ', StringComparison.Ordinal) is var at and > 0 ? Name[..at] : null;

    /// <summary>Reads the request and carries it out.</summary>
    public abstract Task<Reply> RunAsync(InputValues values, CommandContext context, CancellationToken cancellationToken);
}

/// <summary>What is seen of a command while it runs.</summary>
internal enum Telling
{
    /// <summary>Its steps.</summary>
    Steps,

    /// <summary>It tells a story of its own; steps show only while they run.</summary>
    Story,
}

/// <summary>A command with the type of its request.</summary>
internal sealed record CommandSpec<TRequest> : CommandSpec
{
    public required Func<InputValues, TRequest> Read { get; init; }

    public required Func<TRequest, CommandContext, CancellationToken, Task<Reply>> Handle { get; init; }

    public override Task<Reply> RunAsync(InputValues values, CommandContext context, CancellationToken cancellationToken) =>
        Handle(Read(values), context, cancellationToken);
}
