using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat;

/// <summary>
/// What the bot does with what happens. Called from workers, several at a time, never from the connection's own loop; what it throws is logged
/// and forgotten. An interaction that was answered first no longer keeps others waiting, however long the rest takes.
/// </summary>
public interface IChatHandler
{
    /// <summary>Before the first connection: compile, open and load what the first interaction would have to wait for.</summary>
    Task WarmUpAsync(CancellationToken cancellationToken);

    /// <summary>Connected with a new session: at the start, and after an outage too long to resume. May come again and again.</summary>
    Task ReadyAsync(ChatReady ready, CancellationToken cancellationToken);

    Task InteractAsync(Interaction interaction, CancellationToken cancellationToken);

    /// <summary>The bot was invited, or a guild became known after a connect. May repeat.</summary>
    Task GuildAppearedAsync(ChatGuild guild, CancellationToken cancellationToken);

    /// <summary>The bot was removed. Not called for a guild that is only down.</summary>
    Task GuildLeftAsync(GuildId guild, CancellationToken cancellationToken);
}

/// <summary>A new session, with the guilds the bot is in.</summary>
public sealed record ChatReady(ChatIdentity Identity, IReadOnlyList<GuildId> Guilds);
