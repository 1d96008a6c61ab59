using System.Text.Json;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Events;

/// <summary>From the gateway's events to the inbox. Unknown events are passed over; one that can't be read spoils nothing but itself.</summary>
internal sealed class EventReader(GuildCache guilds, Inbox inbox, TimeProvider time, ILogger logger)
{
    private long _interactions;

    public long Interactions => Interlocked.Read(ref _interactions);
    public ChatIdentity? Identity { get; private set; }

    public ValueTask HandleAsync(Step.Handle handle, CancellationToken cancellationToken)
    {
        try
        {
            return handle.Name switch
            {
                "INTERACTION_CREATE" => OnInteraction(handle.Data, cancellationToken),
                "READY" => OnReady(handle.Data, cancellationToken),
                "GUILD_CREATE" or "GUILD_UPDATE" => OnGuild(handle, cancellationToken),
                "GUILD_DELETE" => OnGuildGone(handle.Data, cancellationToken),
                "GUILD_ROLE_CREATE" or "GUILD_ROLE_UPDATE" or "GUILD_ROLE_DELETE" => OnRole(handle.Data),
                _ => ValueTask.CompletedTask,
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            Log.BadEvent(logger, handle.Name);
            return ValueTask.CompletedTask;
        }
    }

    private ValueTask OnInteraction(JsonElement data, CancellationToken cancellationToken)
    {
        var wire = data.Deserialize(WireJson.Default.WireInteraction);
        var owner = wire?.GuildId is { } guild ? guilds.OwnerOf(new GuildId(guild)) : null;
        if (wire is null || Reading.Interaction(wire, owner, time.GetUtcNow()) is not { } interaction)
        {
            return ValueTask.CompletedTask;
        }

        Interlocked.Increment(ref _interactions);
        return inbox.AddAsync(interaction, cancellationToken);
    }

    private ValueTask OnReady(JsonElement data, CancellationToken cancellationToken)
    {
        var ready = data.Deserialize(WireJson.Default.Ready) ?? new Ready();
        Identity = new ChatIdentity(ready.Application.Id, new UserId(ready.User.Id), ready.User.Username);
        var all = new ChatReady(Identity, [.. ready.Guilds.Select(guild => new GuildId(guild.Id))]);
        guilds.KeepOnly(all.Guilds.ToHashSet());
        Log.Ready(logger, ready.User.Username, all.Guilds.Count);
        return inbox.AddAsync((handler, token) => handler.ReadyAsync(all, token), cancellationToken);
    }

    private ValueTask OnGuild(Step.Handle handle, CancellationToken cancellationToken)
    {
        if (handle.Data.Deserialize(WireJson.Default.WireGuild) is not { Unavailable: not true } wire)
        {
            return ValueTask.CompletedTask;
        }

        var guild = Reading.Guild(wire);
        guilds.Put(guild);
        return handle.Name == "GUILD_CREATE"
            ? inbox.AddAsync((handler, token) => handler.GuildAppearedAsync(guild, token), cancellationToken)
            : ValueTask.CompletedTask;
    }

    private ValueTask OnGuildGone(JsonElement data, CancellationToken cancellationToken)
    {
        if (data.Deserialize(WireJson.Default.WireGuild) is not { Unavailable: not true } wire)
        {
            return ValueTask.CompletedTask;
        }

        var id = new GuildId(wire.Id);
        guilds.Remove(id);
        return inbox.AddAsync((handler, token) => handler.GuildLeftAsync(id, token), cancellationToken);
    }

    private ValueTask OnRole(JsonElement data)
    {
        if (data.Deserialize(WireJson.Default.WireRoleEvent) is { } change)
        {
            guilds.OnRole(change);
        }

        return ValueTask.CompletedTask;
    }
}
