using System.Security.Cryptography;
using System.Text.Json;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.Native.Rest;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Native;

/// <summary>Messages of the bot's own, facts, commands.</summary>
public sealed partial class NativeChat
{
    public async Task<MessageId> SendAsync(ChannelId channel, Message message, CancellationToken cancellationToken)
    {
        var nonce = message.OnceAs ?? RandomNumberGenerator.GetHexString(24);
        var call = new Call(Routes.Messages(channel), Bodies.Send(message, nonce), message.Files);
        return MessageOf(await Sender.SendAsync(call, cancellationToken));
    }

    public Task EditAsync(ChannelId channel, MessageId message, Message replacement, CancellationToken cancellationToken) =>
        Sender.SendAsync(new Call(Routes.EditMessage(channel, message), Bodies.Edit(replacement), replacement.Files), cancellationToken);

    public Task DeleteAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        Sender.SendAsync(Call.Of(Routes.DeleteMessage(channel, message)), cancellationToken);

    public Task PinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        Sender.SendAsync(Call.Of(Routes.Pin(channel, message)), cancellationToken);

    public Task UnpinAsync(ChannelId channel, MessageId message, CancellationToken cancellationToken) =>
        Sender.SendAsync(Call.Of(Routes.Unpin(channel, message)), cancellationToken);

    public async Task<ChatGuild> GuildAsync(GuildId guild, CancellationToken cancellationToken)
    {
        if (_guilds.TryGet(guild, out var known))
        {
            return known;
        }

        var body = await Sender.SendAsync(Call.Of(Routes.Guild(guild)), cancellationToken);
        return Reading.Guild(JsonSerializer.Deserialize(body, WireJson.Default.WireGuild) ?? new WireGuild());
    }

    public async Task<ChatChannel> ChannelAsync(ChannelId channel, CancellationToken cancellationToken)
    {
        var wire = await WireChannelAsync(channel, cancellationToken);
        if (wire.GuildId is not { } id || Identity is not { } self)
        {
            return Facts.Channel(wire, ChatPermissions.None);
        }

        var guild = await GuildAsync(new GuildId(id), cancellationToken);
        var member = await WireMemberAsync(guild.Id, self.User, cancellationToken);

        // A thread has its channel's overwrites.
        var source = Facts.IsThread(wire) && wire.ParentId is { } parent
            ? await WireChannelAsync(new ChannelId(parent), cancellationToken)
            : wire;
        return Facts.Channel(wire, Facts.Permissions(guild, source.PermissionOverwrites ?? [], self.User, member.Roles ?? [], Facts.IsThread(wire)));
    }

    public async Task<ChatMember?> MemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken)
    {
        var known = await GuildAsync(guild, cancellationToken);
        try
        {
            var roles = (await WireMemberAsync(guild, user, cancellationToken)).Roles ?? [];
            return new ChatMember(user, [.. roles.Select(role => new RoleId(role))], Facts.Permissions(known, user, roles));
        }
        catch (ChatRequestException refusal) when (refusal.Error == ChatError.MemberGone)
        {
            return null;
        }
    }

    public async Task<string> ReplaceCommandsAsync(IReadOnlyList<SlashCommand> commands, string? knownHash, CancellationToken cancellationToken)
    {
        Limits.CommandsInAll.Check(commands);
        Limits.Unique("Command", commands.Select(command => command.Name));
        var body = Bodies.Commands(commands);
        var application = await ApplicationAsync(cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. body, .. BitConverter.GetBytes(application)]));
        if (hash != knownHash)
        {
            await Sender.SendAsync(Call.Of(Routes.Commands(application), body), cancellationToken);
        }

        return hash;
    }

    private async Task<WireMember> WireMemberAsync(GuildId guild, UserId user, CancellationToken cancellationToken)
    {
        var body = await Sender.SendAsync(Call.Of(Routes.Member(guild, user)), cancellationToken);
        return JsonSerializer.Deserialize(body, WireJson.Default.WireMember) ?? new WireMember();
    }

    private async Task<WireChannel> WireChannelAsync(ChannelId channel, CancellationToken cancellationToken)
    {
        var body = await Sender.SendAsync(Call.Of(Routes.Channel(channel)), cancellationToken);
        return JsonSerializer.Deserialize(body, WireJson.Default.WireChannel) ?? new WireChannel { Id = channel.Value };
    }

    /// <summary>
    /// The first interaction must not wait for code to be compiled: reads and writes one of everything, and asks who the bot is, which opens
    /// the line to the API.
    /// </summary>
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await Task.Run(WarmUp.Run, cancellationToken);
        try
        {
            await ApplicationAsync(cancellationToken);
        }
        catch (ChatRequestException refusal) when (refusal.InnerException is ChatStoppedException stopped)
        {
            throw new ChatStoppedException(stopped.Reason, stopped.Code);
        }
        catch (ChatRequestException)
        {
            // Discord is away; the loop below asks until it is back.
        }
    }
}
