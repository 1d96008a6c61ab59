using System.Security.Cryptography;
using System.Text;
using Discord;
using Discord.Net;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.ChatDiscordNet.Rest;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Messages of the bot's own, facts, commands.</summary>
public sealed partial class DiscordNetChat
{
    public Task<MessageId> SendAsync(ChannelId channel, Message message, CancellationToken cancellationToken) =>
        RequestAsync("send", new Outgoing(message.Files, message.OnceAs ?? RandomNumberGenerator.GetHexString(24)), async () =>
        {
            var target = await TextChannelAsync(channel, cancellationToken);
            var options = Options(cancellationToken);
            var reference = message.ReplyTo is { } other ? new MessageReference(other.Value, failIfNotExists: false) : null;
            var sent = message.Files.Count == 0
                ? await target.SendMessageAsync(
                    message.Content, false, null, options, MessageMap.Mentions(message), reference, MessageMap.Components(message), null,
                    MessageMap.Embeds(message), MessageMap.Flags(message))
                : await target.SendFilesAsync(
                    MessageMap.Files(message), message.Content, false, null, options, MessageMap.Mentions(message), reference,
                    MessageMap.Components(message), null, MessageMap.Embeds(message), MessageMap.Flags(message));
            return new MessageId(sent.Id);
        });

    public Task EditAsync(ChannelId channel, MessageId message, Message replacement, CancellationToken cancellationToken) =>
        RequestAsync("edit", new Outgoing(replacement.Files), async () =>
        {
            var target = await TextChannelAsync(channel, cancellationToken);
            await target.ModifyMessageAsync(message.Value, properties => MessageMap.Fill(properties, replacement), Options(cancellationToken));
            return true;
        });

    public Task DeleteAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        RequestAsync("delete", Outgoing.Plain, async () =>
        {
            await (await TextChannelAsync(channel, cancellationToken)).DeleteMessageAsync(message.Value, Options(cancellationToken));
            return true;
        });

    public Task PinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        OnMessageAsync("pin", channel, message, own => own.PinAsync(Options(cancellationToken)), cancellationToken);

    public Task UnpinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        OnMessageAsync("unpin", channel, message, own => own.UnpinAsync(Options(cancellationToken)), cancellationToken);

    public Task<ChatGuild> GuildAsync(GuildId guild, CancellationToken cancellationToken) =>
        RequestAsync("guild", Outgoing.Plain, async () =>
        {
            IGuild? known = _client.GetGuild(guild.Value);
            known ??= await _client.Rest.GetGuildAsync(guild.Value, Options(cancellationToken));
            return known is null ? throw new ChatRequestException(ChatError.GuildGone, 404, 10004, "guild") : Facts.Guild(known);
        });

    public Task<ChatChannel> ChannelAsync(ChannelId channel, CancellationToken cancellationToken) =>
        RequestAsync("channel", Outgoing.Plain, async () =>
        {
            IChannel? known = _client.GetChannel(channel.Value);
            known ??= await _client.Rest.GetChannelAsync(channel.Value, Options(cancellationToken));
            return known is null ? throw new ChatRequestException(ChatError.ChannelGone, 404, 10003, "channel") : Facts.Channel(known, _client);
        });

    public async Task<ChatMember?> MemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken)
    {
        try
        {
            // Asked for and not from the cache, which without the members' intent is told of no change.
            return await RequestAsync("member", Outgoing.Plain, async () =>
                await _client.Rest.GetGuildUserAsync(guild.Value, user.Value, Options(cancellationToken)) is { } member
                    ? new ChatMember(
                        user,
                        [.. member.RoleIds.Where(role => role != guild.Value).Select(role => new RoleId(role))],
                        member.GuildPermissions.Administrator ? ChatPermissionsExtensions.Known : InteractionMap.Permissions(member.GuildPermissions.RawValue))
                    : null);
        }
        catch (ChatRequestException refusal) when (refusal.Error == ChatError.MemberGone)
        {
            return null;
        }
    }

    public async Task<string> ReplaceCommandsAsync(IReadOnlyList<SlashCommand> commands, string? knownHash, CancellationToken cancellationToken)
    {
        if (commands.Count > Limits.CommandsInAll.Most)
        {
            throw new ChatLimitException(Limits.CommandsInAll, commands.Count);
        }

        var text = CommandText.Of(commands, _application);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (hash != knownHash)
        {
            await RequestAsync("commands", Outgoing.Plain, () => _client.BulkOverwriteGlobalApplicationCommandsAsync(
                [.. commands.Select(CommandMap.Command)], Options(cancellationToken)));
        }

        return hash;
    }

    private Task OnMessageAsync(string what, ChannelId channel, MessageId message, Func<IUserMessage, Task> act, CancellationToken cancellationToken) =>
        RequestAsync(what, Outgoing.Plain, async () =>
        {
            var target = await TextChannelAsync(channel, cancellationToken);
            if (await target.GetMessageAsync(message.Value, CacheMode.AllowDownload, Options(cancellationToken)) is not IUserMessage own)
            {
                throw new ChatRequestException(ChatError.MessageGone, 404, 10008, what);
            }

            await act(own);
            return true;
        });

    private async Task<IMessageChannel> TextChannelAsync(ChannelId channel, CancellationToken cancellationToken)
    {
        IChannel? known = _client.GetChannel(channel.Value);
        known ??= await _client.Rest.GetChannelAsync(channel.Value, Options(cancellationToken));
        return known as IMessageChannel ?? throw new ChatRequestException(ChatError.ChannelGone, 404, 10003, "channel");
    }

    /// <summary>What the <see cref="Transport"/> throws is in our words already; this leaves Discord.Net's own.</summary>
    private async Task<T> RequestAsync<T>(string what, Outgoing outgoing, Func<Task<T>> request)
    {
        try
        {
            return await _transport.WithAsync(outgoing, request);
        }
        catch (Exception exception) when (exception is TimeoutException or RateLimitedException)
        {
            throw new ChatRequestException(ChatError.Unavailable, 0, 0, what);
        }
    }

    private static RequestOptions Options(CancellationToken cancellationToken) => new() { CancelToken = cancellationToken };
}
