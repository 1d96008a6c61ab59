using SnapshotBot.Bot.Tests.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>A chat that remembers what is said in it and refuses, loses or holds up what a test wants it to. Messages of the bot's own have names, as Discord's nonces.</summary>
internal sealed class FakeChat : IChat
{
    private readonly Lock _lock = new();
    private readonly List<FakePost> _posts = [];
    private readonly List<FakeSend> _sends = [];
    private readonly List<string> _answers = [];
    private ulong _next = 1000;

    public string Client => "fake";

    public ChatHealth Health { get; set; } = new(ChatConnection.Connected);

    public ChatIdentity? Identity { get; } = new(1, new UserId(2), "bot");

    /// <summary>Asked before a message is sent; may throw, or wait.</summary>
    public Func<ChannelId, Task> OnSend { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked before one is edited.</summary>
    public Func<ChannelId, Task> OnEdit { get; set; } = _ => Task.CompletedTask;

    public IChatHandler? Handler { get; private set; }

    /// <summary>Everything tried to be sent, taken or not.</summary>
    public IReadOnlyList<FakeSend> Sends => Read(_sends);

    /// <summary>What is there, in order.</summary>
    public IReadOnlyList<FakePost> Posts => Read(_posts);

    /// <summary>What was answered to interactions, in order.</summary>
    public IReadOnlyList<string> Answers => Read(_answers);

    public static ChatRequestException Fault(ChatError error) => new(error, 0, 0, "fake");

    /// <summary>What stands in a channel now, a line a message.</summary>
    public string TextIn(ulong channel) => string.Join('\n', Posts.Where(post => post.Channel.Value == channel).Select(post => post.Text));

    public async Task RunAsync(IChatHandler handler, CancellationToken cancellationToken)
    {
        Handler = handler;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task<MessageId> SendAsync(ChannelId channel, Message message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _sends.Add(new FakeSend(channel, message.OnceAs, message.Mentions));
        }

        await OnSend(channel).WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (message.OnceAs is { } once && _posts.Find(post => post.Channel == channel && post.OnceAs == once) is { } there)
            {
                return there.Id;
            }

            var id = new MessageId(_next++);
            _posts.Add(new FakePost(channel, id, message.OnceAs, MessageText.Of(message)));
            return id;
        }
    }

    public async Task EditAsync(ChannelId channel, MessageId message, Message replacement, CancellationToken cancellationToken)
    {
        await OnEdit(channel).WaitAsync(cancellationToken);
        lock (_lock)
        {
            var at = _posts.FindIndex(post => post.Id == message);
            _posts[at < 0 ? throw Fault(ChatError.MessageGone) : at] = _posts[at] with { Text = MessageText.Of(replacement) };
        }
    }

    public Task DeleteAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _ = _posts.RemoveAll(post => post.Id == message);
        }

        return Task.CompletedTask;
    }

    public Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) => AnsweredAsync(message);

    public Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken) => AnsweredAsync(message);

    public Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken) => AnsweredAsync(message);

    public Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) => AnsweredAsync(message);

    public Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnpinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ChatGuild> GuildAsync(GuildId guild, CancellationToken cancellationToken) =>
        Task.FromResult(new ChatGuild(guild, "guild", new UserId(3), "en-US", [new ChatRole(new RoleId(HostBench.AlertRole), "On call", ChatPermissions.None)]));

    public Task<ChatMember?> MemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ChatChannel> ChannelAsync(ChannelId channel, CancellationToken cancellationToken) =>
        Task.FromResult(new ChatChannel(channel, new GuildId(HostBench.Guild), "channel", ChatPermissions.Administrator, IsText: true));

    public Task<string> ReplaceCommandsAsync(IReadOnlyList<SlashCommand> commands, string? knownHash, CancellationToken cancellationToken) => Task.FromResult("hash");

    public Task SetPresenceAsync(string text, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<MessageId> AnsweredAsync(Message message)
    {
        lock (_lock)
        {
            _answers.Add(MessageText.Of(message));
        }

        return Task.FromResult(new MessageId(1));
    }

    private List<T> Read<T>(List<T> list)
    {
        lock (_lock)
        {
            return [.. list];
        }
    }
}

internal sealed record FakePost(ChannelId Channel, MessageId Id, string? OnceAs, string Text);

internal sealed record FakeSend(ChannelId Channel, string? OnceAs, AllowedMentions Mentions);
