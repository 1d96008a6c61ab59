using System.Threading.Channels;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>A handler that notes what it is told.</summary>
internal sealed class Recorder(Func<Interaction, CancellationToken, Task>? onInteraction = null) : IChatHandler
{
    private readonly Channel<Interaction> _interactions = Channel.CreateUnbounded<Interaction>();
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();
    private readonly List<object> _passed = [];

    public ChannelReader<Interaction> Interactions => _interactions.Reader;
    public bool IsWarm { get; private set; }

    public Task WarmUpAsync(CancellationToken cancellationToken)
    {
        IsWarm = true;
        return Task.CompletedTask;
    }

    public Task ReadyAsync(ChatReady ready, CancellationToken cancellationToken) => Note(ready);

    public async Task InteractAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        if (onInteraction is not null)
        {
            await onInteraction(interaction, cancellationToken);
        }

        _interactions.Writer.TryWrite(interaction);
    }

    public Task GuildAppearedAsync(ChatGuild guild, CancellationToken cancellationToken) => Note(guild);

    public Task GuildLeftAsync(GuildId guild, CancellationToken cancellationToken) => Note(guild);

    public async Task<Interaction> NextAsync()
    {
        using var patience = new CancellationTokenSource(FakeDiscord.Patience);
        return await _interactions.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next of a kind; others are kept for whoever asks for them.</summary>
    public async Task<T> NextEventAsync<T>()
    {
        using var patience = new CancellationTokenSource(FakeDiscord.Patience);
        if (_passed.OfType<T>().FirstOrDefault() is { } kept && _passed.Remove(kept))
        {
            return kept;
        }

        while (true)
        {
            var item = await _events.Reader.ReadAsync(patience.Token);
            if (item is T wanted)
            {
                return wanted;
            }

            _passed.Add(item);
        }
    }

    private Task Note(object item)
    {
        _events.Writer.TryWrite(item);
        return Task.CompletedTask;
    }
}
