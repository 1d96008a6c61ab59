using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What those who answer people may use.</summary>
internal sealed record Desk
{
    public required IChat Chat { get; init; }

    public required IServiceHost Service { get; init; }

    public required Settings Settings { get; init; }

    public required SettingReads GuildSettings { get; init; }

    public required SettingChanges SettingChanges { get; init; }

    public required GuildClaim Claim { get; init; }

    public required GuildServers Servers { get; init; }

    public required ServerReads ServerReads { get; init; }

    public required SnapshotReads Snapshots { get; init; }

    public required SnapshotNames SnapshotNames { get; init; }

    public required OperationReads Operations { get; init; }

    public required OperationClient Client { get; init; }

    public required Confirms Confirms { get; init; }

    public required PostedMessages Posted { get; init; }

    public required AuditLog Audit { get; init; }

    public required OperationBoard Board { get; init; }

    public required IncidentMutes Mutes { get; init; }

    public required IReadOnlyList<ChatCommand> Commands { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The command of this key, as in <c>snapshot create</c>; null when this build has none.</summary>
    public ChatCommand? Command(string key) => Commands.FirstOrDefault(command => command.Key == key);

    /// <summary>What a command is given to run in; what it writes as bytes goes to <paramref name="output"/>.</summary>
    public CommandContext Context(Stream output) => new()
    {
        Settings = Settings,
        Service = Service,
        Progress = SilentProgress.Instance,
        Tell = _ => { },
        Show = _ => { },
        Output = output,
        Time = Time,
    };

    /// <summary>The same, for somebody who is written down as who did it.</summary>
    public CommandContext Context(Stream output, ulong person) => Context(output) with { By = Requester.Person(person) };

    /// <summary>Reads are short; what takes long is an operation with a message of its own.</summary>
    private sealed class SilentProgress : IStepProgress
    {
        public static readonly SilentProgress Instance = new();

        public void Report(StepProgress progress)
        {
        }
    }
}
