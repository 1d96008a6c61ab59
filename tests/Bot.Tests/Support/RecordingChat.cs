using System.Collections.Concurrent;
using Shouldly;
using SnapshotBot.Bot.Tests.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>A chat that keeps what is said: for what the bot says by itself, without anybody asking.</summary>
internal sealed class RecordingChat : IChat
{
    private readonly ConcurrentDictionary<ulong, Said> _posts = new();
    private readonly SemaphoreSlim _changed = new(0);
    private long _last = 1000;

    /// <summary>The roles every guild has.</summary>
    public IReadOnlyList<ulong> Roles { get; set; } = [];

    /// <summary>What was said and not deleted since, the oldest first.</summary>
    public IReadOnlyList<Said> Posts => [.. _posts.Values.OrderBy(post => post.Id)];

    /// <summary>Waits until what was said is so.</summary>
    public async Task<IReadOnlyList<Said>> SeesAsync(Func<IReadOnlyList<Said>, bool> isSo, CancellationToken cancellationToken)
    {
        while (!isSo(Posts))
        {
            (await _changed.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken)).ShouldBeTrue(string.Join('\n', Posts.Select(post => post.Text)));
        }

        return Posts;
    }

    public string Client => "recording";

    public ChatHealth Health => throw new NotSupportedException();

    public ChatIdentity? Identity => null;

    public Task<MessageId> SendAsync(ChannelId channel, Message message, CancellationToken cancellationToken)
    {
        var id = (ulong)Interlocked.Increment(ref _last);
        _posts[id] = new Said(id, channel.Value, message, 0);
        _ = _changed.Release();
        return Task.FromResult(new MessageId(id));
    }

    public Task EditAsync(ChannelId channel, MessageId message, Message replacement, CancellationToken cancellationToken)
    {
        _posts[message.Value] = _posts[message.Value] with { Message = replacement, Edits = _posts[message.Value].Edits + 1 };
        _ = _changed.Release();
        return Task.CompletedTask;
    }

    public Task DeleteAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken)
    {
        _ = _posts.TryRemove(message.Value, out _);
        _ = _changed.Release();
        return Task.CompletedTask;
    }

    public Task<ChatGuild> GuildAsync(GuildId guild, CancellationToken cancellationToken) =>
        Task.FromResult(new ChatGuild(guild, "guild", new UserId(1), "en-US", [.. Roles.Select(role => new ChatRole(new RoleId(role), "role", default))]));

    public Task<ChatChannel> ChannelAsync(ChannelId channel, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ChatMember?> MemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RunAsync(IChatHandler handler, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task PinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UnpinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> ReplaceCommandsAsync(IReadOnlyList<SlashCommand> commands, string? knownHash, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task SetPresenceAsync(string text, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One message as it is now.</summary>
internal sealed record Said(ulong Id, ulong Channel, Message Message, int Edits)
{
    public string Text => MessageText.Of(Message);
}
