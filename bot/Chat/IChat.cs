using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat;

/// <summary>Who sees an answer.</summary>
public enum Audience
{
    /// <summary>The channel.</summary>
    Everyone,

    /// <summary>The person who asked, and nobody else.</summary>
    Asker,
}

/// <summary>
/// What the bot needs of a chat. One client, for one bot, for its whole life. Every method may be called from any thread, and before the first
/// connection too, but for <see cref="SetPresenceAsync"/>, which is kept for the next connection.
/// </summary>
/// <remarks>
/// Requests that fail in passing (network, 5xx, limits) are repeated inside as long as that can still help. What is thrown is
/// <see cref="ChatRequestException"/> for a single request and <see cref="ChatStoppedException"/> when the whole client can't go on.
/// </remarks>
public interface IChat : IAsyncDisposable
{
    /// <summary>Such as "native" or "Discord.Net 3.18.0"; for `--version` and logs.</summary>
    string Client { get; }

    ChatHealth Health { get; }

    /// <summary>Who the bot is; null until it has connected once.</summary>
    ChatIdentity? Identity { get; }

    /// <summary>Connects, stays connected, and hands everything to the handler, until cancelled: then it returns.</summary>
    /// <exception cref="ChatStoppedException">Going on is pointless: a bad token, a missing intent.</exception>
    Task RunAsync(IChatHandler handler, CancellationToken cancellationToken);

    /// <summary>"Thinking …": the answer comes later by <see cref="EditReplyAsync"/>. After that the audience can't change.</summary>
    Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken);

    /// <summary>
    /// Of a press (or of a form a press opened): nothing visible happens, and its own message is edited later by <see cref="EditReplyAsync"/>.
    /// </summary>
    Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken);

    /// <summary>The first and only answer, at once.</summary>
    Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken);

    /// <summary>Of a press (or of a form a press opened): the message it stands on becomes this one, at once.</summary>
    Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken);

    Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken);

    /// <summary>At most 25.</summary>
    Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken);

    /// <summary>The acknowledged answer, or the one given before; within 15 minutes of the interaction.</summary>
    Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken);

    Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken);

    /// <summary>One more message, after the first answer; within 15 minutes.</summary>
    Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken);

    /// <summary>A message of the bot's own; sent once, also when the request had to be repeated.</summary>
    Task<MessageId> SendAsync(ChannelId channel, Message message, CancellationToken cancellationToken);

    /// <summary>Replaces it; rings nobody.</summary>
    Task EditAsync(ChannelId channel, MessageId message, Message replacement, CancellationToken cancellationToken);

    /// <summary>Gone already is fine.</summary>
    Task DeleteAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken);

    Task PinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken);

    Task UnpinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken);

    /// <summary>Known from the connection, else asked for.</summary>
    Task<ChatGuild> GuildAsync(GuildId guild, CancellationToken cancellationToken);

    /// <summary>A channel, with what the bot may do in it.</summary>
    Task<ChatChannel> ChannelAsync(ChannelId channel, CancellationToken cancellationToken);

    /// <summary>Somebody of a guild, as Discord says at this moment; null when they are not in it.</summary>
    Task<ChatMember?> MemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// The bot's commands become exactly these, in all guilds. <paramref name="knownHash"/> is what a former call returned, kept by the caller:
    /// when the set still has it, nothing is sent (200 new commands a day are Discord's patience).
    /// </summary>
    /// <returns>The set's hash.</returns>
    Task<string> ReplaceCommandsAsync(IReadOnlyList<SlashCommand> commands, string? knownHash, CancellationToken cancellationToken);

    /// <summary>The line below the bot's name; at most 128 characters. Kept over reconnects.</summary>
    Task SetPresenceAsync(string text, CancellationToken cancellationToken);
}
