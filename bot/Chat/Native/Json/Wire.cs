using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Chat.Native.Json;

// What is read of Discord's answers and events: only what is used. Ids come as text and are read as numbers.
// Settable, since the generated reader would overwrite the defaults of what can only be initialised.

internal sealed record ErrorBody
{
    public int Code { get; set; }
    public double? RetryAfter { get; set; }
    public bool Global { get; set; }

    [JsonIgnore]
    public bool IsJson { get; set; }
}

internal sealed record Frame
{
    public int Op { get; set; }
    public long? S { get; set; }
    public string? T { get; set; }
    public JsonElement D { get; set; }
}

internal sealed record Hello
{
    public int HeartbeatInterval { get; set; }
}

internal sealed record Ready
{
    public string SessionId { get; set; } = "";
    public string? ResumeGatewayUrl { get; set; }
    public WireUser User { get; set; } = new();
    public WireApplication Application { get; set; } = new();
    public IReadOnlyList<WireId> Guilds { get; set; } = [];
}

internal sealed record GatewayBot
{
    public string Url { get; set; } = "";
    public int Shards { get; set; } = 1;
    public SessionStartLimit? SessionStartLimit { get; set; }
}

internal sealed record SessionStartLimit
{
    public int Total { get; set; }
    public int Remaining { get; set; }
    public long ResetAfter { get; set; }
    public int MaxConcurrency { get; set; } = 1;
}

internal sealed record WireId
{
    public ulong Id { get; set; }
    public bool? Unavailable { get; set; }
}

internal sealed record WireApplication
{
    public ulong Id { get; set; }
    public string? Name { get; set; }
    public WireUser? Bot { get; set; }
}

internal sealed record WireUser
{
    public ulong Id { get; set; }
    public string Username { get; set; } = "";
    public string? GlobalName { get; set; }
}

internal sealed record WireMember
{
    public WireUser? User { get; set; }
    public string? Nick { get; set; }
    public IReadOnlyList<ulong> Roles { get; set; } = [];
    public string? Permissions { get; set; }
}

internal sealed record WireRole
{
    public ulong Id { get; set; }
    public string Name { get; set; } = "";
    public string Permissions { get; set; } = "0";
}

internal sealed record WireGuild
{
    public ulong Id { get; set; }
    public string Name { get; set; } = "";
    public ulong OwnerId { get; set; }
    public string PreferredLocale { get; set; } = "en-US";
    public IReadOnlyList<WireRole> Roles { get; set; } = [];
    public bool? Unavailable { get; set; }
}

internal sealed record WireRoleEvent
{
    public ulong GuildId { get; set; }
    public WireRole? Role { get; set; }
    public ulong? RoleId { get; set; }
}

internal sealed record WireOverwrite
{
    public ulong Id { get; set; }
    public int Type { get; set; }
    public string Allow { get; set; } = "0";
    public string Deny { get; set; } = "0";
}

internal sealed record WireChannel
{
    public ulong Id { get; set; }
    public int Type { get; set; }
    public ulong? GuildId { get; set; }
    public ulong? ParentId { get; set; }
    public string? Name { get; set; }
    public IReadOnlyList<WireOverwrite> PermissionOverwrites { get; set; } = [];
}

internal sealed record WireMessage
{
    public ulong Id { get; set; }
    public int? Flags { get; set; }
}

internal sealed record WireInteraction
{
    public ulong Id { get; set; }
    public int Type { get; set; }
    public string Token { get; set; } = "";
    public ulong? GuildId { get; set; }
    public ulong? ChannelId { get; set; }
    public WireId? Channel { get; set; }
    public WireMember? Member { get; set; }
    public WireUser? User { get; set; }
    public string? AppPermissions { get; set; }
    public string? Locale { get; set; }
    public string? GuildLocale { get; set; }
    public long? AttachmentSizeLimit { get; set; }
    public WireMessage? Message { get; set; }
    public WireData? Data { get; set; }
}

internal sealed record WireData
{
    public string? Name { get; set; }
    public IReadOnlyList<WireOption> Options { get; set; } = [];
    public string? CustomId { get; set; }
    public IReadOnlyList<string> Values { get; set; } = [];
    public IReadOnlyList<WireField> Components { get; set; } = [];
}

internal sealed record WireOption
{
    public string Name { get; set; } = "";
    public int Type { get; set; }
    public JsonElement? Value { get; set; }
    public bool? Focused { get; set; }
    public IReadOnlyList<WireOption> Options { get; set; } = [];
}

/// <summary>A part of a sent form: a label around an input, a row around inputs, or an input.</summary>
internal sealed record WireField
{
    public int Type { get; set; }
    public string? CustomId { get; set; }
    public JsonElement? Value { get; set; }
    public IReadOnlyList<string>? Values { get; set; }
    public WireField? Component { get; set; }
    public IReadOnlyList<WireField> Components { get; set; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectNullableAnnotations = false)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Frame))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Ready))]
[JsonSerializable(typeof(GatewayBot))]
[JsonSerializable(typeof(WireApplication))]
[JsonSerializable(typeof(WireUser))]
[JsonSerializable(typeof(WireMember))]
[JsonSerializable(typeof(WireGuild))]
[JsonSerializable(typeof(WireRoleEvent))]
[JsonSerializable(typeof(WireChannel))]
[JsonSerializable(typeof(WireMessage))]
[JsonSerializable(typeof(WireInteraction))]
internal sealed partial class WireJson : JsonSerializerContext;
